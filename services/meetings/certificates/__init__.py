"""Certificates: that somebody attended a meeting, as a PDF in their language, with a code by which others check it."""
