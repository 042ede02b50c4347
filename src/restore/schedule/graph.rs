//! Tasks and what each waits for.

use super::task::{Task, TaskId};

/// A place in the graph.
#[derive(Clone, Debug)]
pub(super) struct Node {
    /// Without one it only stands for what it waits for.
    pub task: Option<Task>,
    /// What must be done before. All of it has smaller numbers: the graph can have no circle.
    pub after: Vec<TaskId>,
}

/// A graph under way.
///
/// Nodes that would wait for many others, many at a time, wait for one that stands for these: so the graph stays as
/// small as the dump.
#[derive(Clone, Debug, Default)]
pub(super) struct Graph {
    nodes: Vec<Node>,
    barrier: Option<TaskId>,
}

impl Graph {
    /// Adds what waits for `after` and for the last barrier.
    pub(super) fn add(&mut self, task: Option<Task>, mut after: Vec<TaskId>) -> TaskId {
        // The last barrier waits for everything before it.
        after.retain(|node| Some(*node) > self.barrier);
        after.sort_unstable();
        after.dedup();
        after.extend(self.barrier);
        self.add_beside(task, after)
    }

    /// Adds what waits for `after` alone.
    pub(super) fn add_beside(&mut self, task: Option<Task>, after: Vec<TaskId>) -> TaskId {
        let id = TaskId(self.nodes.len());
        self.nodes.push(Node { task, after });
        id
    }

    /// One node that stands for all of these; nothing where there are none.
    pub(super) fn join(&mut self, nodes: Vec<TaskId>) -> Option<TaskId> {
        match nodes.as_slice() {
            [] => None,
            [one] => Some(*one),
            _ => Some(self.add_beside(None, nodes)),
        }
    }

    /// Adds what waits for everything before, and what everything behind waits for.
    pub(super) fn barrier(&mut self, task: Option<Task>) -> TaskId {
        let since = self.barrier.map_or(0, |barrier| barrier.0 + 1);
        let after = (since..self.nodes.len()).map(TaskId).collect();
        let id = self.add(task, after);
        self.barrier = Some(id);
        id
    }

    pub(super) fn into_nodes(self) -> Vec<Node> {
        self.nodes
    }
}
