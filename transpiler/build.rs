fn main() {
    let out = std::env::var("OUT_DIR").unwrap();
    std::fs::write(std::path::Path::new(&out).join("runtime.rs"), "pub enum Helper{} impl Helper{fn index(self)->usize{match self {}}} static ITEMS: &[Item]=&[]; static FILES: &[(&str,&str)]=&[];").unwrap();
}
