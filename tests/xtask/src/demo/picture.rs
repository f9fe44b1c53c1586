//! The picture that goes each way: a blue stone with white veins, as the one that Larimar is named after.

use std::path::{Path, PathBuf};

/// Draws it into a folder; the way to it.
pub fn draw(folder: &Path) -> Result<PathBuf, String> {
    let (width, height) = (480_u32, 320_u32);
    let picture = image::RgbImage::from_fn(width, height, |x, y| {
        let (u, v) = (x as f32 / width as f32 - 0.5, y as f32 / height as f32 - 0.5);
        let inside = 1.0 - (u * u / 0.2 + v * v / 0.16).powf(3.0);
        let vein = ((u * 9.0 + (v * 13.0).sin() * 1.4).sin() * (v * 11.0 + (u * 7.0).cos()).cos()).abs().powf(0.35);
        let stone = |white: f32, blue: f32| white + (blue - white) * vein;
        let ground = 24.0 + 16.0 * (v + 0.5);
        let mixed = |part: f32| {
            let part = if inside > 0.0 { part * inside.sqrt() + ground * (1.0 - inside.sqrt()) } else { ground };
            part.clamp(0.0, 255.0) as u8
        };
        image::Rgb([mixed(stone(225.0, 82.0)), mixed(stone(245.0, 178.0)), mixed(stone(250.0, 214.0))])
    });
    let path = folder.join("larimar.jpg");
    picture.save(&path).map_err(|error| error.to_string())?;
    Ok(path)
}
