"""Everything is lost, and restored from the backup: ``./dev drill``, docs/drill.md."""
