"""Answers that calendar programs send by mail (iTIP, RFC 5546), and the times they propose instead."""
