"""Pictures in files of their own: which a folder holds, and each read right or refused, in little memory."""
