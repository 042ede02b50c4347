//! What the help of each verb ends with: lines to type.

pub(super) const BACKUP: &str = "Examples:
  # The CronJob's own Job, followed to its end, its upload proved complete
  kubectl quetzal-db backup
  # Only start it
  kubectl quetzal-db backup --no-wait
  # Straight into a file of this machine: no bucket, no CronJob
  kubectl quetzal-db backup --output before-upgrade.sql.zst";

pub(super) const LIST: &str = "Examples:
  kubectl quetzal-db list
  kubectl quetzal-db list --limit 5
  # Another folder
  kubectl quetzal-db list --bucket gs://bucket/old
  # The newest name, for a script
  kubectl quetzal-db list -o json | jq -r '.[0].name'";

pub(super) const DOWNLOAD: &str = "Examples:
  # Into the current folder, under the backup's name
  kubectl quetzal-db download latest
  # Into a folder or a file of that name
  kubectl quetzal-db download db_dump-20261122_211608 /mnt/archive
  kubectl quetzal-db download latest latest.sql.gz --overwrite";

pub(super) const VERIFY: &str = "Examples:
  kubectl quetzal-db verify latest
  kubectl quetzal-db verify gs://bucket/db/db_dump-20261122_211608.bak.gz
  # A local file: needs neither cluster nor kubeconfig
  kubectl quetzal-db verify ./dump.sql.gz
  ssh host pg_dumpall | kubectl quetzal-db verify -";

pub(super) const RESTORE: &str = "Examples:
  # Read the backup, look at the server, show what would be done
  kubectl quetzal-db restore latest --dry-run
  # Do it; the name of the release confirms
  kubectl quetzal-db restore latest
  # One database of a local file, in a script
  kubectl quetzal-db restore ./dump.sql.gz --database quetzal --yes
  # As a Job: a large backup stays in the cluster, and this machine may go
  kubectl quetzal-db restore latest --in-cluster
  # Where the volume can't hold the old and the new
  kubectl quetzal-db restore latest --in-place";

pub(super) const DRILL: &str = "Examples:
  # Can the newest backup be restored? Nothing live is touched
  kubectl quetzal-db drill latest
  # What would be done
  kubectl quetzal-db drill latest --dry-run
  # Evidence for the files, in a script
  kubectl quetzal-db drill latest --evidence drill.json --quiet";

pub(super) const STATUS: &str = "Examples:
  kubectl quetzal-db status
  kubectl quetzal-db status --namespace production --instance shop
  # A restore under way, from any machine, to its end
  kubectl quetzal-db status --watch
  # What to type next, for a script
  kubectl quetzal-db status -o json | jq -r .next";

pub(super) const RESUME: &str = "Examples:
  # On any machine; one from a local file that was not yet in the Pod: where that file is
  kubectl quetzal-db resume";

pub(super) const ROLLBACK: &str = "Examples:
  # An interrupted restore: drops what was loaded. A finished one: swaps back, after a question
  kubectl quetzal-db rollback
  kubectl quetzal-db rollback --yes";

pub(super) const CLEANUP: &str = "Examples:
  # After it there is no way back
  kubectl quetzal-db cleanup
  kubectl quetzal-db cleanup --yes";

pub(super) const MAINTENANCE: &str = "Examples:
  kubectl quetzal-db maintenance on
  # With the replicas that it had, from any machine
  kubectl quetzal-db maintenance off";

pub(super) const DOCTOR: &str = "Examples:
  kubectl quetzal-db doctor
  # The Role for all commands, given to a person
  kubectl quetzal-db doctor --rbac --rbac-for user:jane@example.org | kubectl apply -n shop -f -
  # What is not well, for a script
  kubectl quetzal-db doctor -o json | jq -r '.checks[] | select(.verdict != \"ok\") | .id'";

pub(super) const COMPLETION: &str = "Examples:
  # kubectl completes the plugin: names of backups, namespaces, flags
  kubectl quetzal-db completion kubectl --install
  # A shell completes the name kubectl-quetzal_db
  source <(kubectl quetzal-db completion bash)";
