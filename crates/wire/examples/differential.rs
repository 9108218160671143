//! scratch
use std::io::BufRead;
fn main() {
    for line in std::io::stdin().lock().lines() {
        let line = line.unwrap();
        let (name, hex) = line.split_once(' ').unwrap();
        let bytes: Vec<u8> = (0..hex.len() / 2).map(|i| u8::from_str_radix(&hex[2 * i..2 * i + 2], 16).unwrap()).collect();
        let d = wire::DESCRIPTOR_POOL.get_message_by_name(name).unwrap();
        let m = prost_reflect::DynamicMessage::decode(d, &bytes[..]).unwrap();
        let mut f: Vec<String> = wire::rules::check(&m).into_iter().map(|v| v.field).collect();
        f.sort();
        println!("{}", f.join(" "));
    }
}
