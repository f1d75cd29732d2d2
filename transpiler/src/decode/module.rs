//! Core modules: what they import and export.

use wasmparser::{KnownCustom, Name, Payload, TypeRef};

use super::{Decoder, ModuleId};

impl<'a> Decoder<'_, 'a> {
    pub(super) fn module_payload(
        &mut self,
        id: ModuleId,
        payload: &Payload<'a>,
    ) -> wasmparser::Result<()> {
        let module = &mut self.modules[id.0 as usize];
        match payload {
            Payload::ImportSection(section) => {
                for import in section.clone().into_imports() {
                    let import = import?;
                    module.imports.push((import.module, import.name));
                    module.has_tags |= matches!(import.ty, TypeRef::Tag(_));
                }
            }
            Payload::TagSection(section) => module.has_tags |= section.count() > 0,
            Payload::StartSection { .. } => module.has_start = true,
            Payload::ExportSection(section) => {
                for export in section.clone() {
                    module.exports.push(export?.name);
                }
            }
            Payload::CustomSection(section) => {
                if let KnownCustom::Name(names) = section.as_known() {
                    // A malformed custom section does not make a module invalid.
                    for name in names.into_iter().map_while(Result::ok) {
                        if let Name::Module { name, .. } = name {
                            module.name = Some(name);
                        }
                    }
                }
            }
            _ => {}
        }
        Ok(())
    }
}
