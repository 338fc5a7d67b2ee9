//! Nothing is used of what the manifest asks for.
