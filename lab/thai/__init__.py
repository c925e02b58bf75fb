"""What the command line says in Thai, found by the English; imported only where Thai is spoken."""
