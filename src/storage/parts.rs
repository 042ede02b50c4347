//! A file in parts: which bytes each has, and how it is called. Pure.

/// Bytes of a part, but for the last: what a connection that breaks may cost. Each part takes two commands besides.
pub const PART_BYTES: u64 = 64 << 20;

/// The parts of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Parts {
    size: u64,
    part: u64,
}

/// One part.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Part {
    /// From 1 on.
    pub number: u64,
    /// Its first byte's place in the file.
    pub offset: u64,
    /// Its bytes.
    pub length: u64,
}

impl Parts {
    /// Parts of `part` bytes each, the last with what remains. An empty file has one part, which is empty.
    pub fn of(size: u64, part: u64) -> Self {
        Self {
            size,
            part: part.max(1),
        }
    }

    /// Bytes of the file.
    pub fn size(self) -> u64 {
        self.size
    }

    /// How many there are.
    pub fn count(self) -> u64 {
        self.size.div_ceil(self.part).max(1)
    }

    /// All of them, in order.
    pub fn iter(self) -> impl Iterator<Item = Part> {
        (0..self.count()).map(move |index| {
            let offset = index * self.part;
            Part {
                number: index + 1,
                offset,
                length: self.part.min(self.size - offset),
            }
        })
    }
}

impl Part {
    /// `FILE.00001`: five digits at least, as the scripts that read the parts write them.
    pub fn name(self, file: &str) -> String {
        format!("{file}.{:05}", self.number)
    }

    /// Place in the file of the byte behind it.
    pub fn end(self) -> u64 {
        self.offset + self.length
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spans(size: u64, part: u64) -> Vec<(u64, u64, u64)> {
        let parts = Parts::of(size, part);
        let spans: Vec<_> = parts
            .iter()
            .map(|p| (p.number, p.offset, p.length))
            .collect();
        assert_eq!(parts.count(), spans.len() as u64);
        spans
    }

    #[test]
    fn every_byte_is_in_one_part() {
        assert_eq!(spans(10, 4), [(1, 0, 4), (2, 4, 4), (3, 8, 2)]);
        assert_eq!(spans(8, 4), [(1, 0, 4), (2, 4, 4)]);
        assert_eq!(spans(9, 4), [(1, 0, 4), (2, 4, 4), (3, 8, 1)]);
        assert_eq!(spans(4, 4), [(1, 0, 4)]);
        assert_eq!(spans(3, 4), [(1, 0, 3)]);
    }

    #[test]
    fn an_empty_file_is_one_empty_part() {
        assert_eq!(spans(0, 4), [(1, 0, 0)]);
    }

    #[test]
    fn parts_join_without_gap_whatever_the_sizes() {
        for size in (0..200).chain([u64::from(u32::MAX), (40 << 30) + 7]) {
            for part in [1, 2, 3, 7, 64, PART_BYTES] {
                if size / part > 2000 {
                    continue;
                }
                let parts = Parts::of(size, part);
                let end = parts.iter().fold(0, |end, p| {
                    assert!(p.offset == end && p.length <= part && (p.length > 0 || size == 0));
                    p.end()
                });
                assert_eq!(end, size, "parts of {part}");
            }
        }
    }

    #[test]
    fn names_sort_as_the_parts_do() {
        let part = |number| Part {
            number,
            offset: 0,
            length: 0,
        };
        assert_eq!(part(1).name("dump.stored"), "dump.stored.00001");
        assert_eq!(part(12345).name("dump.stored"), "dump.stored.12345");
    }
}
