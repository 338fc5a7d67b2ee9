//! What all functions of the workspace know.

/// The greeting for a guest, or for everyone.
pub fn greeting(guest: Option<&str>) -> String {
    let guest = guest.unwrap_or("world");
    format!("Hello {guest}, this is Rust on Lambda!")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn greets_a_guest_or_everyone() {
        assert!(greeting(Some("Rust")).starts_with("Hello Rust, "));
        assert!(greeting(None).starts_with("Hello world, "));
    }
}
