"""Tables of feature vectors: read from CSV, NPY, NPZ and Parquet files, scaled, recorded."""
