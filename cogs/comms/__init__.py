"""`/comms`: publications, what members contribute, and the editor's desk."""
