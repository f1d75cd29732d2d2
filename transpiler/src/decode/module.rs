//! Core modules: what they import and export, and whether they catch everything.

use wasmparser::{
    FuncToValidate, FuncValidatorAllocations, FunctionBody, KnownCustom, Name, OperatorsReader,
    Payload, ValidatorResources, WasmFeatures,
};

use super::{Decoder, ModuleId, features};

impl<'a> Decoder<'a> {
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
                }
            }
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

    /// Validates a function body and looks for `throw` on the way.
    pub(super) fn body(
        &mut self,
        func: FuncToValidate<ValidatorResources>,
        body: &FunctionBody<'a>,
    ) -> wasmparser::Result<()> {
        let (validator_allocations, reader_allocations) = std::mem::take(&mut self.bodies);
        let mut validator = func.into_validator(validator_allocations);
        let mut reader = body.get_binary_reader();
        validator.read_locals(&mut reader)?;
        reader.set_features(features() | WasmFeatures::LEGACY_EXCEPTIONS);
        let mut operators = OperatorsReader::new_with_allocs(reader, reader_allocations);
        let mut throws = false;
        let (begin, bytes) = (body.range().start, body.as_bytes());
        while !operators.eof() {
            let offset = operators.original_position();
            // `throw`, `rethrow` and `throw_ref`. Nothing else is wanted of an
            // operator, so it goes to the validator without becoming an `Operator`.
            throws |= usize::try_from(offset - begin)
                .is_ok_and(|at| matches!(bytes.get(at), Some(0x08..=0x0a)));
            operators.visit_operator(&mut validator.visitor(offset))??;
        }
        operators.finish()?;
        let validator_allocations: FuncValidatorAllocations = validator.into_allocations();
        self.bodies = (validator_allocations, operators.into_allocations());
        if throws && let Some(module) = self.modules.last_mut() {
            module.may_throw = true;
        }
        Ok(())
    }
}
