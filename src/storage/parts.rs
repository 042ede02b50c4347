//! A file in parts: which bytes each has, and how it is called. Pure.

/// Bytes of a part, but for the first few and the last: what a connection that breaks may cost. Each part takes two commands besides.
pub const PART_BYTES: u64 = 64 << 20;

/// The parts of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Parts {
    size: u64,
    part: u64,
    /// How many of the first ones are smaller.
    small: u32,
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
            small: 0,
        }
    }

    /// The first has an eighth of `part` bytes, each that follows it twice as many, up to `part`: so that whoever works on
    /// them can begin soon.
    pub fn growing(size: u64, part: u64) -> Self {
        Self {
            small: 3,
            ..Self::of(size, part)
        }
    }

    /// Bytes of the file.
    pub fn size(self) -> u64 {
        self.size
    }

    /// How many there are.
    pub fn count(self) -> u64 {
        let small = u64::from(self.small);
        let ends_among_them = (0..=small).find(|index| self.offset(*index) >= self.size);
        let count = ends_among_them
            .unwrap_or_else(|| small + (self.size - self.offset(small)).div_ceil(self.part));
        count.max(1)
    }

    /// Bytes of a full part, by its number from 0 on.
    fn length(self, index: u64) -> u64 {
        let halves = u64::from(self.small).saturating_sub(index);
        (self.part >> halves).max(1)
    }

    /// Bytes before it.
    fn offset(self, index: u64) -> u64 {
        let small = u64::from(self.small).min(index);
        let before: u64 = (0..small).map(|index| self.length(index)).sum();
        before + (index - small) * self.part
    }

    /// All of them, in order.
    pub fn iter(self) -> impl Iterator<Item = Part> {
        (0..self.count()).map(move |index| {
            let offset = self.offset(index);
            Part {
                number: index + 1,
                offset,
                length: self.length(index).min(self.size - offset),
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
        all(Parts::of(size, part))
    }

    fn all(parts: Parts) -> Vec<(u64, u64, u64)> {
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
    fn the_first_ones_grow() {
        let growing = |size| all(Parts::growing(size, 8));
        let whole = [(1, 0, 1), (2, 1, 2), (3, 3, 4), (4, 7, 8), (5, 15, 5)];
        assert_eq!(growing(20), whole);
        assert_eq!(growing(15), whole[..4]);
        assert_eq!(growing(7), whole[..3]);
        assert_eq!(growing(4), [(1, 0, 1), (2, 1, 2), (3, 3, 1)]);
        assert_eq!(growing(0), [(1, 0, 0)]);
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
                for parts in [Parts::of(size, part), Parts::growing(size, part)] {
                    let end = parts.iter().fold(0, |end, p| {
                        assert!(p.offset == end && p.length <= part && (p.length > 0 || size == 0));
                        p.end()
                    });
                    assert_eq!(end, size, "parts of {part}");
                }
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
