
using namespace System.Management.Automation
using namespace System.Management.Automation.Language

Register-ArgumentCompleter -Native -CommandName 'kubectl-quetzal_db' -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)

    $commandElements = $commandAst.CommandElements
    $command = @(
        'kubectl-quetzal_db'
        for ($i = 1; $i -lt $commandElements.Count; $i++) {
            $element = $commandElements[$i]
            if ($element -isnot [StringConstantExpressionAst] -or
                $element.StringConstantType -ne [StringConstantType]::BareWord -or
                $element.Value.StartsWith('-') -or
                $element.Value -eq $wordToComplete) {
                break
        }
        $element.Value
    }) -join ';'

    $completions = @(switch ($command) {
        'kubectl-quetzal_db' {
            [CompletionResult]::new('--kubeconfig', '--kubeconfig', [CompletionResultType]::ParameterName, 'Path to the kubeconfig file')
            [CompletionResult]::new('--context', '--context', [CompletionResultType]::ParameterName, 'Context of the kubeconfig')
            [CompletionResult]::new('--cluster', '--cluster', [CompletionResultType]::ParameterName, 'Cluster of the kubeconfig')
            [CompletionResult]::new('--user', '--user', [CompletionResultType]::ParameterName, 'User of the kubeconfig')
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'Namespace')
            [CompletionResult]::new('--namespace', '--namespace', [CompletionResultType]::ParameterName, 'Namespace')
            [CompletionResult]::new('--as', '--as', [CompletionResultType]::ParameterName, 'User to impersonate')
            [CompletionResult]::new('--as-group', '--as-group', [CompletionResultType]::ParameterName, 'Group to impersonate (may be repeated)')
            [CompletionResult]::new('--as-uid', '--as-uid', [CompletionResultType]::ParameterName, 'UID to impersonate')
            [CompletionResult]::new('--request-timeout', '--request-timeout', [CompletionResultType]::ParameterName, 'How long a single request to the API server may take, such as 10s; 0 for no limit')
            [CompletionResult]::new('--token', '--token', [CompletionResultType]::ParameterName, 'Bearer token for the API server')
            [CompletionResult]::new('-s', '-s', [CompletionResultType]::ParameterName, 'Address of the API server')
            [CompletionResult]::new('--server', '--server', [CompletionResultType]::ParameterName, 'Address of the API server')
            [CompletionResult]::new('--certificate-authority', '--certificate-authority', [CompletionResultType]::ParameterName, 'Path to the certificate of the API server''s authority')
            [CompletionResult]::new('--tls-server-name', '--tls-server-name', [CompletionResultType]::ParameterName, 'Name to check the API server''s certificate against')
            [CompletionResult]::new('-l', '-l', [CompletionResultType]::ParameterName, 'Labels of the database Pod and the backup CronJob')
            [CompletionResult]::new('--selector', '--selector', [CompletionResultType]::ParameterName, 'Labels of the database Pod and the backup CronJob')
            [CompletionResult]::new('--instance', '--instance', [CompletionResultType]::ParameterName, 'Release: the label app.kubernetes.io/instance')
            [CompletionResult]::new('--pod', '--pod', [CompletionResultType]::ParameterName, 'Name of the database Pod')
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'Container of the database Pod')
            [CompletionResult]::new('--container', '--container', [CompletionResultType]::ParameterName, 'Container of the database Pod')
            [CompletionResult]::new('--cronjob', '--cronjob', [CompletionResultType]::ParameterName, 'Name of the backup CronJob')
            [CompletionResult]::new('--bucket', '--bucket', [CompletionResultType]::ParameterName, 'Folder of the bucket, such as `gs://bucket/db` [default: from the CronJob''s environment]')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Form of the result on standard output')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Form of the result on standard output')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colour')
            [CompletionResult]::new('--insecure-skip-tls-verify', '--insecure-skip-tls-verify', [CompletionResultType]::ParameterName, 'Do not check the API server''s certificate')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more (may be repeated)')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more (may be repeated)')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing but the result and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing but the result and errors')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('backup', 'backup', [CompletionResultType]::ParameterValue, 'Take a backup now, through the backup CronJob')
            [CompletionResult]::new('list', 'list', [CompletionResultType]::ParameterValue, 'List the backups of the bucket')
            [CompletionResult]::new('verify', 'verify', [CompletionResultType]::ParameterValue, 'Read a whole backup and prove that it is complete; touches nothing')
            [CompletionResult]::new('restore', 'restore', [CompletionResultType]::ParameterValue, 'Restore a backup beside the live databases, then swap')
            [CompletionResult]::new('completion', 'completion', [CompletionResultType]::ParameterValue, 'Print the completion script of a shell')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'kubectl-quetzal_db;backup' {
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'How long the Job may take')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Dump straight into this local file instead: no bucket, no CronJob; .gz, .zst, .xz and .bz2 compress')
            [CompletionResult]::new('--kubeconfig', '--kubeconfig', [CompletionResultType]::ParameterName, 'Path to the kubeconfig file')
            [CompletionResult]::new('--context', '--context', [CompletionResultType]::ParameterName, 'Context of the kubeconfig')
            [CompletionResult]::new('--cluster', '--cluster', [CompletionResultType]::ParameterName, 'Cluster of the kubeconfig')
            [CompletionResult]::new('--user', '--user', [CompletionResultType]::ParameterName, 'User of the kubeconfig')
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'Namespace')
            [CompletionResult]::new('--namespace', '--namespace', [CompletionResultType]::ParameterName, 'Namespace')
            [CompletionResult]::new('--as', '--as', [CompletionResultType]::ParameterName, 'User to impersonate')
            [CompletionResult]::new('--as-group', '--as-group', [CompletionResultType]::ParameterName, 'Group to impersonate (may be repeated)')
            [CompletionResult]::new('--as-uid', '--as-uid', [CompletionResultType]::ParameterName, 'UID to impersonate')
            [CompletionResult]::new('--request-timeout', '--request-timeout', [CompletionResultType]::ParameterName, 'How long a single request to the API server may take, such as 10s; 0 for no limit')
            [CompletionResult]::new('--token', '--token', [CompletionResultType]::ParameterName, 'Bearer token for the API server')
            [CompletionResult]::new('-s', '-s', [CompletionResultType]::ParameterName, 'Address of the API server')
            [CompletionResult]::new('--server', '--server', [CompletionResultType]::ParameterName, 'Address of the API server')
            [CompletionResult]::new('--certificate-authority', '--certificate-authority', [CompletionResultType]::ParameterName, 'Path to the certificate of the API server''s authority')
            [CompletionResult]::new('--tls-server-name', '--tls-server-name', [CompletionResultType]::ParameterName, 'Name to check the API server''s certificate against')
            [CompletionResult]::new('-l', '-l', [CompletionResultType]::ParameterName, 'Labels of the database Pod and the backup CronJob')
            [CompletionResult]::new('--selector', '--selector', [CompletionResultType]::ParameterName, 'Labels of the database Pod and the backup CronJob')
            [CompletionResult]::new('--instance', '--instance', [CompletionResultType]::ParameterName, 'Release: the label app.kubernetes.io/instance')
            [CompletionResult]::new('--pod', '--pod', [CompletionResultType]::ParameterName, 'Name of the database Pod')
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'Container of the database Pod')
            [CompletionResult]::new('--container', '--container', [CompletionResultType]::ParameterName, 'Container of the database Pod')
            [CompletionResult]::new('--cronjob', '--cronjob', [CompletionResultType]::ParameterName, 'Name of the backup CronJob')
            [CompletionResult]::new('--bucket', '--bucket', [CompletionResultType]::ParameterName, 'Folder of the bucket, such as `gs://bucket/db` [default: from the CronJob''s environment]')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Form of the result on standard output')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Form of the result on standard output')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colour')
            [CompletionResult]::new('--no-wait', '--no-wait', [CompletionResultType]::ParameterName, 'Start the Job and return')
            [CompletionResult]::new('--wait', '--wait', [CompletionResultType]::ParameterName, 'Follow the Job to its end and prove the backup complete (the default)')
            [CompletionResult]::new('--insecure-skip-tls-verify', '--insecure-skip-tls-verify', [CompletionResultType]::ParameterName, 'Do not check the API server''s certificate')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more (may be repeated)')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more (may be repeated)')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing but the result and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing but the result and errors')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'kubectl-quetzal_db;list' {
            [CompletionResult]::new('--kubeconfig', '--kubeconfig', [CompletionResultType]::ParameterName, 'Path to the kubeconfig file')
            [CompletionResult]::new('--context', '--context', [CompletionResultType]::ParameterName, 'Context of the kubeconfig')
            [CompletionResult]::new('--cluster', '--cluster', [CompletionResultType]::ParameterName, 'Cluster of the kubeconfig')
            [CompletionResult]::new('--user', '--user', [CompletionResultType]::ParameterName, 'User of the kubeconfig')
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'Namespace')
            [CompletionResult]::new('--namespace', '--namespace', [CompletionResultType]::ParameterName, 'Namespace')
            [CompletionResult]::new('--as', '--as', [CompletionResultType]::ParameterName, 'User to impersonate')
            [CompletionResult]::new('--as-group', '--as-group', [CompletionResultType]::ParameterName, 'Group to impersonate (may be repeated)')
            [CompletionResult]::new('--as-uid', '--as-uid', [CompletionResultType]::ParameterName, 'UID to impersonate')
            [CompletionResult]::new('--request-timeout', '--request-timeout', [CompletionResultType]::ParameterName, 'How long a single request to the API server may take, such as 10s; 0 for no limit')
            [CompletionResult]::new('--token', '--token', [CompletionResultType]::ParameterName, 'Bearer token for the API server')
            [CompletionResult]::new('-s', '-s', [CompletionResultType]::ParameterName, 'Address of the API server')
            [CompletionResult]::new('--server', '--server', [CompletionResultType]::ParameterName, 'Address of the API server')
            [CompletionResult]::new('--certificate-authority', '--certificate-authority', [CompletionResultType]::ParameterName, 'Path to the certificate of the API server''s authority')
            [CompletionResult]::new('--tls-server-name', '--tls-server-name', [CompletionResultType]::ParameterName, 'Name to check the API server''s certificate against')
            [CompletionResult]::new('-l', '-l', [CompletionResultType]::ParameterName, 'Labels of the database Pod and the backup CronJob')
            [CompletionResult]::new('--selector', '--selector', [CompletionResultType]::ParameterName, 'Labels of the database Pod and the backup CronJob')
            [CompletionResult]::new('--instance', '--instance', [CompletionResultType]::ParameterName, 'Release: the label app.kubernetes.io/instance')
            [CompletionResult]::new('--pod', '--pod', [CompletionResultType]::ParameterName, 'Name of the database Pod')
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'Container of the database Pod')
            [CompletionResult]::new('--container', '--container', [CompletionResultType]::ParameterName, 'Container of the database Pod')
            [CompletionResult]::new('--cronjob', '--cronjob', [CompletionResultType]::ParameterName, 'Name of the backup CronJob')
            [CompletionResult]::new('--bucket', '--bucket', [CompletionResultType]::ParameterName, 'Folder of the bucket, such as `gs://bucket/db` [default: from the CronJob''s environment]')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Form of the result on standard output')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Form of the result on standard output')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colour')
            [CompletionResult]::new('--insecure-skip-tls-verify', '--insecure-skip-tls-verify', [CompletionResultType]::ParameterName, 'Do not check the API server''s certificate')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more (may be repeated)')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more (may be repeated)')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing but the result and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing but the result and errors')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'kubectl-quetzal_db;verify' {
            [CompletionResult]::new('--kubeconfig', '--kubeconfig', [CompletionResultType]::ParameterName, 'Path to the kubeconfig file')
            [CompletionResult]::new('--context', '--context', [CompletionResultType]::ParameterName, 'Context of the kubeconfig')
            [CompletionResult]::new('--cluster', '--cluster', [CompletionResultType]::ParameterName, 'Cluster of the kubeconfig')
            [CompletionResult]::new('--user', '--user', [CompletionResultType]::ParameterName, 'User of the kubeconfig')
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'Namespace')
            [CompletionResult]::new('--namespace', '--namespace', [CompletionResultType]::ParameterName, 'Namespace')
            [CompletionResult]::new('--as', '--as', [CompletionResultType]::ParameterName, 'User to impersonate')
            [CompletionResult]::new('--as-group', '--as-group', [CompletionResultType]::ParameterName, 'Group to impersonate (may be repeated)')
            [CompletionResult]::new('--as-uid', '--as-uid', [CompletionResultType]::ParameterName, 'UID to impersonate')
            [CompletionResult]::new('--request-timeout', '--request-timeout', [CompletionResultType]::ParameterName, 'How long a single request to the API server may take, such as 10s; 0 for no limit')
            [CompletionResult]::new('--token', '--token', [CompletionResultType]::ParameterName, 'Bearer token for the API server')
            [CompletionResult]::new('-s', '-s', [CompletionResultType]::ParameterName, 'Address of the API server')
            [CompletionResult]::new('--server', '--server', [CompletionResultType]::ParameterName, 'Address of the API server')
            [CompletionResult]::new('--certificate-authority', '--certificate-authority', [CompletionResultType]::ParameterName, 'Path to the certificate of the API server''s authority')
            [CompletionResult]::new('--tls-server-name', '--tls-server-name', [CompletionResultType]::ParameterName, 'Name to check the API server''s certificate against')
            [CompletionResult]::new('-l', '-l', [CompletionResultType]::ParameterName, 'Labels of the database Pod and the backup CronJob')
            [CompletionResult]::new('--selector', '--selector', [CompletionResultType]::ParameterName, 'Labels of the database Pod and the backup CronJob')
            [CompletionResult]::new('--instance', '--instance', [CompletionResultType]::ParameterName, 'Release: the label app.kubernetes.io/instance')
            [CompletionResult]::new('--pod', '--pod', [CompletionResultType]::ParameterName, 'Name of the database Pod')
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'Container of the database Pod')
            [CompletionResult]::new('--container', '--container', [CompletionResultType]::ParameterName, 'Container of the database Pod')
            [CompletionResult]::new('--cronjob', '--cronjob', [CompletionResultType]::ParameterName, 'Name of the backup CronJob')
            [CompletionResult]::new('--bucket', '--bucket', [CompletionResultType]::ParameterName, 'Folder of the bucket, such as `gs://bucket/db` [default: from the CronJob''s environment]')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Form of the result on standard output')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Form of the result on standard output')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colour')
            [CompletionResult]::new('--insecure-skip-tls-verify', '--insecure-skip-tls-verify', [CompletionResultType]::ParameterName, 'Do not check the API server''s certificate')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more (may be repeated)')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more (may be repeated)')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing but the result and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing but the result and errors')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'kubectl-quetzal_db;restore' {
            [CompletionResult]::new('--database', '--database', [CompletionResultType]::ParameterName, 'Only this database (may be repeated)')
            [CompletionResult]::new('--maintenance', '--maintenance', [CompletionResultType]::ParameterName, 'How the application is kept away during the swap')
            [CompletionResult]::new('--role-passwords', '--role-passwords', [CompletionResultType]::ParameterName, 'Whose passwords are right afterwards')
            [CompletionResult]::new('--kubeconfig', '--kubeconfig', [CompletionResultType]::ParameterName, 'Path to the kubeconfig file')
            [CompletionResult]::new('--context', '--context', [CompletionResultType]::ParameterName, 'Context of the kubeconfig')
            [CompletionResult]::new('--cluster', '--cluster', [CompletionResultType]::ParameterName, 'Cluster of the kubeconfig')
            [CompletionResult]::new('--user', '--user', [CompletionResultType]::ParameterName, 'User of the kubeconfig')
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'Namespace')
            [CompletionResult]::new('--namespace', '--namespace', [CompletionResultType]::ParameterName, 'Namespace')
            [CompletionResult]::new('--as', '--as', [CompletionResultType]::ParameterName, 'User to impersonate')
            [CompletionResult]::new('--as-group', '--as-group', [CompletionResultType]::ParameterName, 'Group to impersonate (may be repeated)')
            [CompletionResult]::new('--as-uid', '--as-uid', [CompletionResultType]::ParameterName, 'UID to impersonate')
            [CompletionResult]::new('--request-timeout', '--request-timeout', [CompletionResultType]::ParameterName, 'How long a single request to the API server may take, such as 10s; 0 for no limit')
            [CompletionResult]::new('--token', '--token', [CompletionResultType]::ParameterName, 'Bearer token for the API server')
            [CompletionResult]::new('-s', '-s', [CompletionResultType]::ParameterName, 'Address of the API server')
            [CompletionResult]::new('--server', '--server', [CompletionResultType]::ParameterName, 'Address of the API server')
            [CompletionResult]::new('--certificate-authority', '--certificate-authority', [CompletionResultType]::ParameterName, 'Path to the certificate of the API server''s authority')
            [CompletionResult]::new('--tls-server-name', '--tls-server-name', [CompletionResultType]::ParameterName, 'Name to check the API server''s certificate against')
            [CompletionResult]::new('-l', '-l', [CompletionResultType]::ParameterName, 'Labels of the database Pod and the backup CronJob')
            [CompletionResult]::new('--selector', '--selector', [CompletionResultType]::ParameterName, 'Labels of the database Pod and the backup CronJob')
            [CompletionResult]::new('--instance', '--instance', [CompletionResultType]::ParameterName, 'Release: the label app.kubernetes.io/instance')
            [CompletionResult]::new('--pod', '--pod', [CompletionResultType]::ParameterName, 'Name of the database Pod')
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'Container of the database Pod')
            [CompletionResult]::new('--container', '--container', [CompletionResultType]::ParameterName, 'Container of the database Pod')
            [CompletionResult]::new('--cronjob', '--cronjob', [CompletionResultType]::ParameterName, 'Name of the backup CronJob')
            [CompletionResult]::new('--bucket', '--bucket', [CompletionResultType]::ParameterName, 'Folder of the bucket, such as `gs://bucket/db` [default: from the CronJob''s environment]')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Form of the result on standard output')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Form of the result on standard output')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colour')
            [CompletionResult]::new('--dry-run', '--dry-run', [CompletionResultType]::ParameterName, 'Show the plan and stop')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Do not ask')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Do not ask')
            [CompletionResult]::new('--drop-old', '--drop-old', [CompletionResultType]::ParameterName, 'Drop the old databases at the end instead of keeping them')
            [CompletionResult]::new('--insecure-skip-tls-verify', '--insecure-skip-tls-verify', [CompletionResultType]::ParameterName, 'Do not check the API server''s certificate')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more (may be repeated)')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more (may be repeated)')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing but the result and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing but the result and errors')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'kubectl-quetzal_db;completion' {
            [CompletionResult]::new('--kubeconfig', '--kubeconfig', [CompletionResultType]::ParameterName, 'Path to the kubeconfig file')
            [CompletionResult]::new('--context', '--context', [CompletionResultType]::ParameterName, 'Context of the kubeconfig')
            [CompletionResult]::new('--cluster', '--cluster', [CompletionResultType]::ParameterName, 'Cluster of the kubeconfig')
            [CompletionResult]::new('--user', '--user', [CompletionResultType]::ParameterName, 'User of the kubeconfig')
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'Namespace')
            [CompletionResult]::new('--namespace', '--namespace', [CompletionResultType]::ParameterName, 'Namespace')
            [CompletionResult]::new('--as', '--as', [CompletionResultType]::ParameterName, 'User to impersonate')
            [CompletionResult]::new('--as-group', '--as-group', [CompletionResultType]::ParameterName, 'Group to impersonate (may be repeated)')
            [CompletionResult]::new('--as-uid', '--as-uid', [CompletionResultType]::ParameterName, 'UID to impersonate')
            [CompletionResult]::new('--request-timeout', '--request-timeout', [CompletionResultType]::ParameterName, 'How long a single request to the API server may take, such as 10s; 0 for no limit')
            [CompletionResult]::new('--token', '--token', [CompletionResultType]::ParameterName, 'Bearer token for the API server')
            [CompletionResult]::new('-s', '-s', [CompletionResultType]::ParameterName, 'Address of the API server')
            [CompletionResult]::new('--server', '--server', [CompletionResultType]::ParameterName, 'Address of the API server')
            [CompletionResult]::new('--certificate-authority', '--certificate-authority', [CompletionResultType]::ParameterName, 'Path to the certificate of the API server''s authority')
            [CompletionResult]::new('--tls-server-name', '--tls-server-name', [CompletionResultType]::ParameterName, 'Name to check the API server''s certificate against')
            [CompletionResult]::new('-l', '-l', [CompletionResultType]::ParameterName, 'Labels of the database Pod and the backup CronJob')
            [CompletionResult]::new('--selector', '--selector', [CompletionResultType]::ParameterName, 'Labels of the database Pod and the backup CronJob')
            [CompletionResult]::new('--instance', '--instance', [CompletionResultType]::ParameterName, 'Release: the label app.kubernetes.io/instance')
            [CompletionResult]::new('--pod', '--pod', [CompletionResultType]::ParameterName, 'Name of the database Pod')
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'Container of the database Pod')
            [CompletionResult]::new('--container', '--container', [CompletionResultType]::ParameterName, 'Container of the database Pod')
            [CompletionResult]::new('--cronjob', '--cronjob', [CompletionResultType]::ParameterName, 'Name of the backup CronJob')
            [CompletionResult]::new('--bucket', '--bucket', [CompletionResultType]::ParameterName, 'Folder of the bucket, such as `gs://bucket/db` [default: from the CronJob''s environment]')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Form of the result on standard output')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Form of the result on standard output')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colour')
            [CompletionResult]::new('--insecure-skip-tls-verify', '--insecure-skip-tls-verify', [CompletionResultType]::ParameterName, 'Do not check the API server''s certificate')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more (may be repeated)')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more (may be repeated)')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing but the result and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing but the result and errors')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'kubectl-quetzal_db;help' {
            [CompletionResult]::new('backup', 'backup', [CompletionResultType]::ParameterValue, 'Take a backup now, through the backup CronJob')
            [CompletionResult]::new('list', 'list', [CompletionResultType]::ParameterValue, 'List the backups of the bucket')
            [CompletionResult]::new('verify', 'verify', [CompletionResultType]::ParameterValue, 'Read a whole backup and prove that it is complete; touches nothing')
            [CompletionResult]::new('restore', 'restore', [CompletionResultType]::ParameterValue, 'Restore a backup beside the live databases, then swap')
            [CompletionResult]::new('completion', 'completion', [CompletionResultType]::ParameterValue, 'Print the completion script of a shell')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'kubectl-quetzal_db;help;backup' {
            break
        }
        'kubectl-quetzal_db;help;list' {
            break
        }
        'kubectl-quetzal_db;help;verify' {
            break
        }
        'kubectl-quetzal_db;help;restore' {
            break
        }
        'kubectl-quetzal_db;help;completion' {
            break
        }
        'kubectl-quetzal_db;help;help' {
            break
        }
    })

    $completions.Where{ $_.CompletionText -like "$wordToComplete*" } |
        Sort-Object -Property ListItemText
}
