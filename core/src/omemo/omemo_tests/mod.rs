//! What holds between two devices, told as stories of Alice and Bob, and tried by chance.

mod chance;
mod copy_tests;
mod hostile_tests;
mod limit_tests;
mod order_tests;
mod record_tests;
mod story_tests;
mod world;
