//! Database sections for tests.

use std::sync::Arc;

use crate::dump::{
    Build, Copy, Database, Gap, Item, Kind, Table, TableForm, TableId, Transaction, Work,
};

pub(super) const MIB: u64 = 1 << 20;

/// A database section, item by item.
#[derive(Clone, Debug, Default)]
pub(super) struct Builder {
    tables: Vec<Table>,
    items: Vec<Item>,
    at: u64,
}

impl Builder {
    /// With tables of these forms, and an item in front of the data.
    pub(super) fn new(forms: &[TableForm]) -> Self {
        let mut builder = Self::default();
        for (number, form) in forms.iter().enumerate() {
            builder.tables.push(Table {
                name: format!("public.t{number}").into(),
                form: *form,
            });
            let table = TableId(u32::try_from(number).unwrap());
            builder.item(Kind::Table, Work::Table(table));
        }
        builder
    }

    pub(super) fn plain(tables: usize) -> Self {
        Self::new(&vec![TableForm::Plain; tables])
    }

    /// A short item; its position.
    pub(super) fn item(&mut self, kind: Kind, work: Work) -> usize {
        self.sized(kind, work, 100)
    }

    pub(super) fn other(&mut self, kind: Kind) -> usize {
        self.item(kind, Work::Other)
    }

    pub(super) fn index(&mut self, table: u32) -> usize {
        self.item(Kind::Index, Work::Index(TableId(table), Build::Sort))
    }

    pub(super) fn constraint(&mut self, table: u32) -> usize {
        self.item(
            Kind::Constraint,
            Work::Constraint(TableId(table), Build::Sort),
        )
    }

    pub(super) fn key(&mut self, table: u32, references: u32) -> usize {
        let [table, references] = [table, references].map(TableId);
        self.item(Kind::FkConstraint, Work::ForeignKey { table, references })
    }

    /// Rows as INSERTs.
    pub(super) fn inserts(&mut self, bytes: u64) -> usize {
        self.sized(Kind::TableData, Work::Other, bytes)
    }

    pub(super) fn rows(&mut self, table: u32, bytes: u64) -> usize {
        self.chunked(table, bytes, 1)
    }

    /// Rows in chunks of the same size.
    pub(super) fn chunked(&mut self, table: u32, bytes: u64, chunks: u64) -> usize {
        let position = self.sized(Kind::TableData, Work::Other, bytes + 53);
        let item = &mut self.items[position];
        let data = item.span.start + 50..item.span.end - 3;
        item.copy = Some(Copy {
            target: format!("public.t{table}").into(),
            table: TableId(table),
            statement: item.span.start..data.start - 1,
            cuts: (1..chunks)
                .map(|n| data.start + bytes * n / chunks)
                .collect(),
            data,
            rows: bytes / 100,
            via_root: false,
        });
        position
    }

    pub(super) fn via_root(&mut self, table: u32, bytes: u64) -> usize {
        let position = self.rows(table, bytes);
        self.items[position].copy.as_mut().unwrap().via_root = true;
        position
    }

    pub(super) fn build(self) -> Database {
        Database {
            name: "app".to_owned(),
            create: None,
            client_encoding: "UTF8".to_owned(),
            properties: Vec::new(),
            extensions: Vec::new(),
            needs: Vec::new(),
            tables: self.tables,
            items: self.items,
        }
    }

    fn sized(&mut self, kind: Kind, work: Work, bytes: u64) -> usize {
        let start = self.at + 20;
        self.at = start + bytes;
        self.items.push(Item {
            kind,
            tag: "".into(),
            span: start..self.at,
            work,
            gap: Gap::Clean,
            resets: Vec::new(),
            session: Arc::from(""),
            transaction: Transaction::Wrap,
            copy: None,
        });
        self.items.len() - 1
    }
}
