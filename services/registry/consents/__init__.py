"""What people have agreed to: to which words, when, and until when."""
