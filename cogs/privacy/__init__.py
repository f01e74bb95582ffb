"""`/privacy`: what is kept about a member, exports, erasure, and members who have left."""
