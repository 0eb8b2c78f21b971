"""What a program may declare: definitions as plain values, and what Azure would refuse about them. Pure."""
