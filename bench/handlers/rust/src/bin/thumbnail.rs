use std::io::Cursor;

use base64::{Engine, engine::general_purpose::STANDARD};
use handlers::{hex, serve};
use lambda_runtime::Error;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// How many pixels become one, in both directions.
const FACTOR: usize = 8;

#[derive(Deserialize)]
struct Input {
    /// Base64 of a PNG: 8 bits, RGB.
    png: String,
}

#[derive(Serialize)]
struct Output {
    width: usize,
    height: usize,
    /// Of the thumbnail's pixels.
    sha256: String,
}

fn thumbnail(Input { png }: Input) -> Result<Output, Error> {
    let file = STANDARD.decode(png)?;
    let mut reader = png::Decoder::new(Cursor::new(file)).read_info()?;
    let mut pixels = vec![0; reader.output_buffer_size().ok_or("an image too large")?];
    let info = reader.next_frame(&mut pixels)?;
    let (wide, high) = (info.width as usize, info.height as usize);
    let (width, height) = (wide / FACTOR, high / FACTOR);
    let mut small = Vec::with_capacity(width * height * 3);
    let mut sums = vec![0u32; width * 3];
    for y in 0..height {
        sums.fill(0);
        for row in pixels[y * FACTOR * wide * 3..].chunks_exact(wide * 3).take(FACTOR) {
            for (sum, block) in sums.chunks_exact_mut(3).zip(row.chunks_exact(FACTOR * 3)) {
                for pixel in block.chunks_exact(3) {
                    sum[0] += u32::from(pixel[0]);
                    sum[1] += u32::from(pixel[1]);
                    sum[2] += u32::from(pixel[2]);
                }
            }
        }
        small.extend(sums.iter().map(|sum| ((sum + 32) >> 6) as u8));
    }
    let sha256 = hex(&Sha256::digest(&small));
    Ok(Output { width, height, sha256 })
}

#[tokio::main]
async fn main() -> Result<(), Error> {
    serve(thumbnail).await
}
