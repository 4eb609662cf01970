"""Pages of documents as pictures, and the words on them: drawn in processes of their own."""
