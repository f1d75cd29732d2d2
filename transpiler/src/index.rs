//! Index spaces that more than one phase uses, each with a type of its own so
//! that a mix-up does not compile.

/// A position or length in a component.
pub(crate) fn to_u32(n: usize) -> u32 {
    u32::try_from(n).expect("a component of less than 4 GiB has fewer than 2^32 of anything")
}

/// An offset in bytes that are in memory.
pub(crate) fn position(offset: u64) -> usize {
    usize::try_from(offset).expect("a section ends before its component")
}

macro_rules! index_type {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub u32);

        impl $name {
            /// The position as a `usize`, to index a `Vec` with.
            pub fn index(self) -> usize {
                self.0 as usize
            }

            /// The index of a position; panics past 2^32, which no component holds.
            pub fn at(position: usize) -> Self {
                Self(to_u32(position))
            }
        }
    };
}

index_type!(
    /// A core module inside the component, in the order of the emitted files.
    ModuleIndex
);
index_type!(
    /// A core instance made at run time, in order of instantiation.
    CoreInstanceIndex
);
index_type!(
    /// A component instance made at run time; index 0 is the root.
    InstanceIndex
);
index_type!(
    /// An import of the root component, in order of declaration.
    ImportIndex
);
index_type!(
    /// A resource type at run time: a definition in one component instance, or an import.
    ResourceIndex
);
index_type!(
    /// A function that the glue makes for core code to call.
    TrampolineIndex
);
index_type!(
    /// A lifted core function.
    LiftIndex
);
index_type!(
    /// A set of canonical options, interned.
    OptionsIndex
);
index_type!(
    /// An instance made at run time from a component that the host passes in.
    HostInstanceIndex
);
index_type!(
    /// A value type, interned: equal types have equal indices.
    TypeId
);
index_type!(
    /// A function type, interned.
    FuncTypeId
);
