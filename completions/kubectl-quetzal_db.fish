# Print an optspec for argparse to handle cmd's options that are independent of any subcommand.
function __fish_kubectl_quetzal_db_global_optspecs
    string join \n kubeconfig= context= cluster= user= n/namespace= as= as-group= as-uid= request-timeout= token= client-certificate= client-key= username= password= s/server= insecure-skip-tls-verify certificate-authority= tls-server-name= l/selector= instance= pod= c/container= cronjob= bucket= app-selector= bucket-commands= config= o/format= color= v/verbose q/quiet h/help V/version
end

function __fish_kubectl_quetzal_db_needs_command
    # Figure out if the current invocation already has a command.
    set -l cmd (commandline -opc)
    set -e cmd[1]
    argparse -s (__fish_kubectl_quetzal_db_global_optspecs) -- $cmd 2>/dev/null
    or return
    if set -q argv[1]
        # Also print the command, so this can be used to figure out what it is.
        echo $argv[1]
        return 1
    end
    return 0
end

function __fish_kubectl_quetzal_db_using_subcommand
    set -l cmd (__fish_kubectl_quetzal_db_needs_command)
    test -z "$cmd"
    and return 1
    contains -- $cmd[1] $argv
end

complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_needs_command" -l kubeconfig -d 'Path to the kubeconfig file' -r -F
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_needs_command" -l context -d 'Context of the kubeconfig' -r
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_needs_command" -l cluster -d 'Cluster of the kubeconfig' -r
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_needs_command" -l user -d 'User of the kubeconfig' -r
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_needs_command" -s n -l namespace -d 'Namespace' -r
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_needs_command" -l as -d 'User to impersonate' -r
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_needs_command" -l as-group -d 'Group to impersonate (may be repeated)' -r
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_needs_command" -l as-uid -d 'UID to impersonate' -r
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_needs_command" -l request-timeout -d 'How long a single request to the API server may take, such as 10s; 0 for no limit' -r
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_needs_command" -l token -d 'Bearer token for the API server' -r
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_needs_command" -l client-certificate -d 'Path to a client certificate for the API server' -r -F
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_needs_command" -l client-key -d 'Path to the key of the client certificate' -r -F
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_needs_command" -l username -d 'Username for basic authentication to the API server' -r
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_needs_command" -l password -d 'Password for basic authentication to the API server' -r
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_needs_command" -s s -l server -d 'Address of the API server' -r
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_needs_command" -l certificate-authority -d 'Path to the certificate of the API server\'s authority' -r -F
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_needs_command" -l tls-server-name -d 'Name to check the API server\'s certificate against' -r
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_needs_command" -s l -l selector -d 'Labels of the database Pod and the backup CronJob [default: app.kubernetes.io/component=database]' -r
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_needs_command" -l instance -d 'Release: the label app.kubernetes.io/instance' -r
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_needs_command" -l pod -d 'Name of the database Pod' -r
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_needs_command" -s c -l container -d 'Container of the database Pod' -r
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_needs_command" -l cronjob -d 'Name of the backup CronJob' -r
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_needs_command" -l bucket -d 'Folder of the bucket, such as `gs://bucket/db` [default: from the CronJob\'s environment]' -r
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_needs_command" -l app-selector -d 'Labels of the application\'s workloads [default: those of the database\'s release and application]' -r
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_needs_command" -l bucket-commands -d 'How the bucket is reached, as JSON: the settings have it for people, this is for a Job in the cluster' -r
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_needs_command" -l config -d 'Settings for what is not given; empty for none [default: ~/.config/kubectl-quetzal-db/config.yaml]' -r -F
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_needs_command" -s o -l format -d 'Form of the result on standard output' -r -f -a "text\t'For people'
json\t'For programs'"
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_needs_command" -l color -d 'Colour [default: auto]' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_needs_command" -l insecure-skip-tls-verify -d 'Do not check the API server\'s certificate'
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_needs_command" -s v -l verbose -d 'Say more (may be repeated)'
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_needs_command" -s q -l quiet -d 'Say nothing but the result and errors'
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_needs_command" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_needs_command" -s V -l version -d 'Print version'
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_needs_command" -f -a "backup" -d 'Take a backup now, through the backup CronJob'
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_needs_command" -f -a "list" -d 'List the backups of the bucket'
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_needs_command" -f -a "download" -d 'Copy a backup to this machine and prove the copy complete'
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_needs_command" -f -a "verify" -d 'Read a whole backup and prove that it is complete; touches nothing'
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_needs_command" -f -a "restore" -d 'Restore a backup beside the live databases, then swap'
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_needs_command" -f -a "drill" -d 'Prove that a backup can be restored: load it aside, check it, drop it'
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_needs_command" -f -a "status" -d 'Show what is there, and the next command to type'
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_needs_command" -f -a "resume" -d 'Go on with an interrupted restore'
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_needs_command" -f -a "rollback" -d 'Go back to the databases from before a restore, interrupted or finished'
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_needs_command" -f -a "cleanup" -d 'Drop the databases that a finished restore kept'
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_needs_command" -f -a "maintenance" -d 'Stop or start the application'
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_needs_command" -f -a "doctor" -d 'Look for what would keep the other commands from working; changes nothing'
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_needs_command" -f -a "completion" -d 'Print a completion script, or install kubectl\'s'
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_needs_command" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand backup" -l timeout -d 'How long the Job may take' -r
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand backup" -l output -d 'Dump straight into this local file instead: no bucket, no CronJob; .gz, .zst, .xz and .bz2 compress' -r -F
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand backup" -l kubeconfig -d 'Path to the kubeconfig file' -r -F
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand backup" -l context -d 'Context of the kubeconfig' -r
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand backup" -l cluster -d 'Cluster of the kubeconfig' -r
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand backup" -l user -d 'User of the kubeconfig' -r
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand backup" -s n -l namespace -d 'Namespace' -r
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand backup" -l as -d 'User to impersonate' -r
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand backup" -l as-group -d 'Group to impersonate (may be repeated)' -r
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand backup" -l as-uid -d 'UID to impersonate' -r
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand backup" -l request-timeout -d 'How long a single request to the API server may take, such as 10s; 0 for no limit' -r
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand backup" -l token -d 'Bearer token for the API server' -r
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand backup" -l client-certificate -d 'Path to a client certificate for the API server' -r -F
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand backup" -l client-key -d 'Path to the key of the client certificate' -r -F
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand backup" -l username -d 'Username for basic authentication to the API server' -r
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand backup" -l password -d 'Password for basic authentication to the API server' -r
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand backup" -s s -l server -d 'Address of the API server' -r
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand backup" -l certificate-authority -d 'Path to the certificate of the API server\'s authority' -r -F
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand backup" -l tls-server-name -d 'Name to check the API server\'s certificate against' -r
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand backup" -s l -l selector -d 'Labels of the database Pod and the backup CronJob [default: app.kubernetes.io/component=database]' -r
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand backup" -l instance -d 'Release: the label app.kubernetes.io/instance' -r
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand backup" -l pod -d 'Name of the database Pod' -r
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand backup" -s c -l container -d 'Container of the database Pod' -r
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand backup" -l cronjob -d 'Name of the backup CronJob' -r
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand backup" -l bucket -d 'Folder of the bucket, such as `gs://bucket/db` [default: from the CronJob\'s environment]' -r
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand backup" -l app-selector -d 'Labels of the application\'s workloads [default: those of the database\'s release and application]' -r
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand backup" -l bucket-commands -d 'How the bucket is reached, as JSON: the settings have it for people, this is for a Job in the cluster' -r
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand backup" -l config -d 'Settings for what is not given; empty for none [default: ~/.config/kubectl-quetzal-db/config.yaml]' -r -F
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand backup" -s o -l format -d 'Form of the result on standard output' -r -f -a "text\t'For people'
json\t'For programs'"
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand backup" -l color -d 'Colour [default: auto]' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand backup" -l no-wait -d 'Start the Job and return'
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand backup" -l wait -d 'Follow the Job to its end and prove the backup complete (the default)'
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand backup" -l insecure-skip-tls-verify -d 'Do not check the API server\'s certificate'
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand backup" -s v -l verbose -d 'Say more (may be repeated)'
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand backup" -s q -l quiet -d 'Say nothing but the result and errors'
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand backup" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand list" -l limit -d 'Show only the newest so many; 0 for all [default: 20 as text on a terminal, else all]' -r
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand list" -l kubeconfig -d 'Path to the kubeconfig file' -r -F
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand list" -l context -d 'Context of the kubeconfig' -r
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand list" -l cluster -d 'Cluster of the kubeconfig' -r
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand list" -l user -d 'User of the kubeconfig' -r
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand list" -s n -l namespace -d 'Namespace' -r
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand list" -l as -d 'User to impersonate' -r
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand list" -l as-group -d 'Group to impersonate (may be repeated)' -r
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand list" -l as-uid -d 'UID to impersonate' -r
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand list" -l request-timeout -d 'How long a single request to the API server may take, such as 10s; 0 for no limit' -r
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand list" -l token -d 'Bearer token for the API server' -r
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand list" -l client-certificate -d 'Path to a client certificate for the API server' -r -F
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand list" -l client-key -d 'Path to the key of the client certificate' -r -F
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand list" -l username -d 'Username for basic authentication to the API server' -r
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand list" -l password -d 'Password for basic authentication to the API server' -r
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand list" -s s -l server -d 'Address of the API server' -r
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand list" -l certificate-authority -d 'Path to the certificate of the API server\'s authority' -r -F
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand list" -l tls-server-name -d 'Name to check the API server\'s certificate against' -r
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand list" -s l -l selector -d 'Labels of the database Pod and the backup CronJob [default: app.kubernetes.io/component=database]' -r
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand list" -l instance -d 'Release: the label app.kubernetes.io/instance' -r
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand list" -l pod -d 'Name of the database Pod' -r
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand list" -s c -l container -d 'Container of the database Pod' -r
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand list" -l cronjob -d 'Name of the backup CronJob' -r
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand list" -l bucket -d 'Folder of the bucket, such as `gs://bucket/db` [default: from the CronJob\'s environment]' -r
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand list" -l app-selector -d 'Labels of the application\'s workloads [default: those of the database\'s release and application]' -r
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand list" -l bucket-commands -d 'How the bucket is reached, as JSON: the settings have it for people, this is for a Job in the cluster' -r
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand list" -l config -d 'Settings for what is not given; empty for none [default: ~/.config/kubectl-quetzal-db/config.yaml]' -r -F
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand list" -s o -l format -d 'Form of the result on standard output' -r -f -a "text\t'For people'
json\t'For programs'"
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand list" -l color -d 'Colour [default: auto]' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand list" -l insecure-skip-tls-verify -d 'Do not check the API server\'s certificate'
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand list" -s v -l verbose -d 'Say more (may be repeated)'
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand list" -s q -l quiet -d 'Say nothing but the result and errors'
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand list" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand download" -l kubeconfig -d 'Path to the kubeconfig file' -r -F
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand download" -l context -d 'Context of the kubeconfig' -r
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand download" -l cluster -d 'Cluster of the kubeconfig' -r
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand download" -l user -d 'User of the kubeconfig' -r
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand download" -s n -l namespace -d 'Namespace' -r
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand download" -l as -d 'User to impersonate' -r
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand download" -l as-group -d 'Group to impersonate (may be repeated)' -r
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand download" -l as-uid -d 'UID to impersonate' -r
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand download" -l request-timeout -d 'How long a single request to the API server may take, such as 10s; 0 for no limit' -r
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand download" -l token -d 'Bearer token for the API server' -r
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand download" -l client-certificate -d 'Path to a client certificate for the API server' -r -F
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand download" -l client-key -d 'Path to the key of the client certificate' -r -F
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand download" -l username -d 'Username for basic authentication to the API server' -r
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand download" -l password -d 'Password for basic authentication to the API server' -r
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand download" -s s -l server -d 'Address of the API server' -r
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand download" -l certificate-authority -d 'Path to the certificate of the API server\'s authority' -r -F
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand download" -l tls-server-name -d 'Name to check the API server\'s certificate against' -r
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand download" -s l -l selector -d 'Labels of the database Pod and the backup CronJob [default: app.kubernetes.io/component=database]' -r
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand download" -l instance -d 'Release: the label app.kubernetes.io/instance' -r
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand download" -l pod -d 'Name of the database Pod' -r
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand download" -s c -l container -d 'Container of the database Pod' -r
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand download" -l cronjob -d 'Name of the backup CronJob' -r
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand download" -l bucket -d 'Folder of the bucket, such as `gs://bucket/db` [default: from the CronJob\'s environment]' -r
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand download" -l app-selector -d 'Labels of the application\'s workloads [default: those of the database\'s release and application]' -r
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand download" -l bucket-commands -d 'How the bucket is reached, as JSON: the settings have it for people, this is for a Job in the cluster' -r
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand download" -l config -d 'Settings for what is not given; empty for none [default: ~/.config/kubectl-quetzal-db/config.yaml]' -r -F
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand download" -s o -l format -d 'Form of the result on standard output' -r -f -a "text\t'For people'
json\t'For programs'"
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand download" -l color -d 'Colour [default: auto]' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand download" -l overwrite -d 'Replace a file that exists, once the new one is complete'
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand download" -l insecure-skip-tls-verify -d 'Do not check the API server\'s certificate'
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand download" -s v -l verbose -d 'Say more (may be repeated)'
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand download" -s q -l quiet -d 'Say nothing but the result and errors'
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand download" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand verify" -l kubeconfig -d 'Path to the kubeconfig file' -r -F
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand verify" -l context -d 'Context of the kubeconfig' -r
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand verify" -l cluster -d 'Cluster of the kubeconfig' -r
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand verify" -l user -d 'User of the kubeconfig' -r
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand verify" -s n -l namespace -d 'Namespace' -r
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand verify" -l as -d 'User to impersonate' -r
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand verify" -l as-group -d 'Group to impersonate (may be repeated)' -r
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand verify" -l as-uid -d 'UID to impersonate' -r
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand verify" -l request-timeout -d 'How long a single request to the API server may take, such as 10s; 0 for no limit' -r
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand verify" -l token -d 'Bearer token for the API server' -r
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand verify" -l client-certificate -d 'Path to a client certificate for the API server' -r -F
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand verify" -l client-key -d 'Path to the key of the client certificate' -r -F
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand verify" -l username -d 'Username for basic authentication to the API server' -r
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand verify" -l password -d 'Password for basic authentication to the API server' -r
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand verify" -s s -l server -d 'Address of the API server' -r
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand verify" -l certificate-authority -d 'Path to the certificate of the API server\'s authority' -r -F
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand verify" -l tls-server-name -d 'Name to check the API server\'s certificate against' -r
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand verify" -s l -l selector -d 'Labels of the database Pod and the backup CronJob [default: app.kubernetes.io/component=database]' -r
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand verify" -l instance -d 'Release: the label app.kubernetes.io/instance' -r
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand verify" -l pod -d 'Name of the database Pod' -r
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand verify" -s c -l container -d 'Container of the database Pod' -r
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand verify" -l cronjob -d 'Name of the backup CronJob' -r
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand verify" -l bucket -d 'Folder of the bucket, such as `gs://bucket/db` [default: from the CronJob\'s environment]' -r
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand verify" -l app-selector -d 'Labels of the application\'s workloads [default: those of the database\'s release and application]' -r
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand verify" -l bucket-commands -d 'How the bucket is reached, as JSON: the settings have it for people, this is for a Job in the cluster' -r
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand verify" -l config -d 'Settings for what is not given; empty for none [default: ~/.config/kubectl-quetzal-db/config.yaml]' -r -F
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand verify" -s o -l format -d 'Form of the result on standard output' -r -f -a "text\t'For people'
json\t'For programs'"
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand verify" -l color -d 'Colour [default: auto]' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand verify" -l insecure-skip-tls-verify -d 'Do not check the API server\'s certificate'
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand verify" -s v -l verbose -d 'Say more (may be repeated)'
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand verify" -s q -l quiet -d 'Say nothing but the result and errors'
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand verify" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand restore" -l database -d 'Only this database (may be repeated)' -r
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand restore" -l maintenance -d 'How the application is kept away during the swap' -r -f -a "scale\t'Scale its workloads to 0 and back'
connections\t'Only cut its connections'
none\t'Leave it alone but for the moment of the swap'"
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand restore" -l role-passwords -d 'Whose passwords are right afterwards' -r -f -a "keep\t'Roles that exist keep theirs'
dump\t'Those of the dump'"
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand restore" -l jobs -d 'Sessions that load at the same time [default: as many as the database\'s container may use processors]' -r
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand restore" -l image -d 'Image of the plugin [default: the published one of this version]' -r
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand restore" -l service-account -d 'Account of the Job: it needs the permissions that you need without --in-cluster' -r
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand restore" -l kubeconfig -d 'Path to the kubeconfig file' -r -F
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand restore" -l context -d 'Context of the kubeconfig' -r
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand restore" -l cluster -d 'Cluster of the kubeconfig' -r
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand restore" -l user -d 'User of the kubeconfig' -r
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand restore" -s n -l namespace -d 'Namespace' -r
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand restore" -l as -d 'User to impersonate' -r
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand restore" -l as-group -d 'Group to impersonate (may be repeated)' -r
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand restore" -l as-uid -d 'UID to impersonate' -r
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand restore" -l request-timeout -d 'How long a single request to the API server may take, such as 10s; 0 for no limit' -r
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand restore" -l token -d 'Bearer token for the API server' -r
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand restore" -l client-certificate -d 'Path to a client certificate for the API server' -r -F
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand restore" -l client-key -d 'Path to the key of the client certificate' -r -F
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand restore" -l username -d 'Username for basic authentication to the API server' -r
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand restore" -l password -d 'Password for basic authentication to the API server' -r
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand restore" -s s -l server -d 'Address of the API server' -r
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand restore" -l certificate-authority -d 'Path to the certificate of the API server\'s authority' -r -F
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand restore" -l tls-server-name -d 'Name to check the API server\'s certificate against' -r
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand restore" -s l -l selector -d 'Labels of the database Pod and the backup CronJob [default: app.kubernetes.io/component=database]' -r
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand restore" -l instance -d 'Release: the label app.kubernetes.io/instance' -r
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand restore" -l pod -d 'Name of the database Pod' -r
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand restore" -s c -l container -d 'Container of the database Pod' -r
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand restore" -l cronjob -d 'Name of the backup CronJob' -r
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand restore" -l bucket -d 'Folder of the bucket, such as `gs://bucket/db` [default: from the CronJob\'s environment]' -r
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand restore" -l app-selector -d 'Labels of the application\'s workloads [default: those of the database\'s release and application]' -r
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand restore" -l bucket-commands -d 'How the bucket is reached, as JSON: the settings have it for people, this is for a Job in the cluster' -r
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand restore" -l config -d 'Settings for what is not given; empty for none [default: ~/.config/kubectl-quetzal-db/config.yaml]' -r -F
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand restore" -s o -l format -d 'Form of the result on standard output' -r -f -a "text\t'For people'
json\t'For programs'"
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand restore" -l color -d 'Colour [default: auto]' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand restore" -l dry-run -d 'Show the plan and stop'
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand restore" -s y -l yes -d 'Do not ask'
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand restore" -l drop-old -d 'Drop the old databases at the end instead of keeping them'
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand restore" -l in-place -d 'For a volume that can\'t hold both: drop the old databases before the load. The application is stopped for all of it, and the safety backup is the only way back'
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand restore" -l no-safety-backup -d 'Make no backup of the live databases first: where they are broken already, or a copy exists'
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand restore" -l draft -d 'Print what another process needs to carry out the plan, instead of the plan'
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand restore" -l in-cluster -d 'Run as a Job in the namespace: the backup stays in the cluster, and a closed laptop stops nothing'
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand restore" -l detach -d 'Start the Job and return'
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand restore" -l insecure-skip-tls-verify -d 'Do not check the API server\'s certificate'
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand restore" -s v -l verbose -d 'Say more (may be repeated)'
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand restore" -s q -l quiet -d 'Say nothing but the result and errors'
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand restore" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand drill" -l evidence -d 'Write the evidence into this file, as JSON; one that exists is not replaced' -r -F
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand drill" -l database -d 'Only this database (may be repeated)' -r
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand drill" -l jobs -d 'Sessions that load at the same time [default: as many as the database\'s container may use processors]' -r
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand drill" -l image -d 'Image of the plugin [default: the published one of this version]' -r
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand drill" -l service-account -d 'Account of the Job: it needs the permissions that you need without --in-cluster' -r
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand drill" -l kubeconfig -d 'Path to the kubeconfig file' -r -F
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand drill" -l context -d 'Context of the kubeconfig' -r
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand drill" -l cluster -d 'Cluster of the kubeconfig' -r
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand drill" -l user -d 'User of the kubeconfig' -r
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand drill" -s n -l namespace -d 'Namespace' -r
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand drill" -l as -d 'User to impersonate' -r
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand drill" -l as-group -d 'Group to impersonate (may be repeated)' -r
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand drill" -l as-uid -d 'UID to impersonate' -r
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand drill" -l request-timeout -d 'How long a single request to the API server may take, such as 10s; 0 for no limit' -r
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand drill" -l token -d 'Bearer token for the API server' -r
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand drill" -l client-certificate -d 'Path to a client certificate for the API server' -r -F
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand drill" -l client-key -d 'Path to the key of the client certificate' -r -F
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand drill" -l username -d 'Username for basic authentication to the API server' -r
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand drill" -l password -d 'Password for basic authentication to the API server' -r
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand drill" -s s -l server -d 'Address of the API server' -r
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand drill" -l certificate-authority -d 'Path to the certificate of the API server\'s authority' -r -F
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand drill" -l tls-server-name -d 'Name to check the API server\'s certificate against' -r
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand drill" -s l -l selector -d 'Labels of the database Pod and the backup CronJob [default: app.kubernetes.io/component=database]' -r
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand drill" -l instance -d 'Release: the label app.kubernetes.io/instance' -r
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand drill" -l pod -d 'Name of the database Pod' -r
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand drill" -s c -l container -d 'Container of the database Pod' -r
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand drill" -l cronjob -d 'Name of the backup CronJob' -r
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand drill" -l bucket -d 'Folder of the bucket, such as `gs://bucket/db` [default: from the CronJob\'s environment]' -r
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand drill" -l app-selector -d 'Labels of the application\'s workloads [default: those of the database\'s release and application]' -r
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand drill" -l bucket-commands -d 'How the bucket is reached, as JSON: the settings have it for people, this is for a Job in the cluster' -r
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand drill" -l config -d 'Settings for what is not given; empty for none [default: ~/.config/kubectl-quetzal-db/config.yaml]' -r -F
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand drill" -s o -l format -d 'Form of the result on standard output' -r -f -a "text\t'For people'
json\t'For programs'"
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand drill" -l color -d 'Colour [default: auto]' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand drill" -l dry-run -d 'Show the plan and stop'
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand drill" -l draft -d 'Print what another process needs to carry out the plan, instead of the plan'
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand drill" -l in-cluster -d 'Run as a Job in the namespace: the backup stays in the cluster, and a closed laptop stops nothing'
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand drill" -l detach -d 'Start the Job and return'
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand drill" -l insecure-skip-tls-verify -d 'Do not check the API server\'s certificate'
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand drill" -s v -l verbose -d 'Say more (may be repeated)'
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand drill" -s q -l quiet -d 'Say nothing but the result and errors'
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand drill" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand status" -l interval -d 'How long to wait between two looks (with `--watch`), at least 1s' -r
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand status" -l kubeconfig -d 'Path to the kubeconfig file' -r -F
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand status" -l context -d 'Context of the kubeconfig' -r
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand status" -l cluster -d 'Cluster of the kubeconfig' -r
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand status" -l user -d 'User of the kubeconfig' -r
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand status" -s n -l namespace -d 'Namespace' -r
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand status" -l as -d 'User to impersonate' -r
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand status" -l as-group -d 'Group to impersonate (may be repeated)' -r
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand status" -l as-uid -d 'UID to impersonate' -r
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand status" -l request-timeout -d 'How long a single request to the API server may take, such as 10s; 0 for no limit' -r
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand status" -l token -d 'Bearer token for the API server' -r
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand status" -l client-certificate -d 'Path to a client certificate for the API server' -r -F
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand status" -l client-key -d 'Path to the key of the client certificate' -r -F
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand status" -l username -d 'Username for basic authentication to the API server' -r
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand status" -l password -d 'Password for basic authentication to the API server' -r
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand status" -s s -l server -d 'Address of the API server' -r
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand status" -l certificate-authority -d 'Path to the certificate of the API server\'s authority' -r -F
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand status" -l tls-server-name -d 'Name to check the API server\'s certificate against' -r
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand status" -s l -l selector -d 'Labels of the database Pod and the backup CronJob [default: app.kubernetes.io/component=database]' -r
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand status" -l instance -d 'Release: the label app.kubernetes.io/instance' -r
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand status" -l pod -d 'Name of the database Pod' -r
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand status" -s c -l container -d 'Container of the database Pod' -r
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand status" -l cronjob -d 'Name of the backup CronJob' -r
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand status" -l bucket -d 'Folder of the bucket, such as `gs://bucket/db` [default: from the CronJob\'s environment]' -r
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand status" -l app-selector -d 'Labels of the application\'s workloads [default: those of the database\'s release and application]' -r
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand status" -l bucket-commands -d 'How the bucket is reached, as JSON: the settings have it for people, this is for a Job in the cluster' -r
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand status" -l config -d 'Settings for what is not given; empty for none [default: ~/.config/kubectl-quetzal-db/config.yaml]' -r -F
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand status" -s o -l format -d 'Form of the result on standard output' -r -f -a "text\t'For people'
json\t'For programs'"
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand status" -l color -d 'Colour [default: auto]' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand status" -s w -l watch -d 'Look again and again: until Ctrl-C, or the end of a restore that is under way'
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand status" -l insecure-skip-tls-verify -d 'Do not check the API server\'s certificate'
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand status" -s v -l verbose -d 'Say more (may be repeated)'
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand status" -s q -l quiet -d 'Say nothing but the result and errors'
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand status" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand resume" -l id -d 'Only this restore, as `status` names it' -r
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand resume" -l image -d 'Image of the plugin [default: the published one of this version]' -r
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand resume" -l service-account -d 'Account of the Job: it needs the permissions that you need without --in-cluster' -r
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand resume" -l kubeconfig -d 'Path to the kubeconfig file' -r -F
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand resume" -l context -d 'Context of the kubeconfig' -r
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand resume" -l cluster -d 'Cluster of the kubeconfig' -r
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand resume" -l user -d 'User of the kubeconfig' -r
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand resume" -s n -l namespace -d 'Namespace' -r
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand resume" -l as -d 'User to impersonate' -r
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand resume" -l as-group -d 'Group to impersonate (may be repeated)' -r
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand resume" -l as-uid -d 'UID to impersonate' -r
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand resume" -l request-timeout -d 'How long a single request to the API server may take, such as 10s; 0 for no limit' -r
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand resume" -l token -d 'Bearer token for the API server' -r
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand resume" -l client-certificate -d 'Path to a client certificate for the API server' -r -F
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand resume" -l client-key -d 'Path to the key of the client certificate' -r -F
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand resume" -l username -d 'Username for basic authentication to the API server' -r
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand resume" -l password -d 'Password for basic authentication to the API server' -r
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand resume" -s s -l server -d 'Address of the API server' -r
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand resume" -l certificate-authority -d 'Path to the certificate of the API server\'s authority' -r -F
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand resume" -l tls-server-name -d 'Name to check the API server\'s certificate against' -r
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand resume" -s l -l selector -d 'Labels of the database Pod and the backup CronJob [default: app.kubernetes.io/component=database]' -r
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand resume" -l instance -d 'Release: the label app.kubernetes.io/instance' -r
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand resume" -l pod -d 'Name of the database Pod' -r
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand resume" -s c -l container -d 'Container of the database Pod' -r
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand resume" -l cronjob -d 'Name of the backup CronJob' -r
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand resume" -l bucket -d 'Folder of the bucket, such as `gs://bucket/db` [default: from the CronJob\'s environment]' -r
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand resume" -l app-selector -d 'Labels of the application\'s workloads [default: those of the database\'s release and application]' -r
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand resume" -l bucket-commands -d 'How the bucket is reached, as JSON: the settings have it for people, this is for a Job in the cluster' -r
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand resume" -l config -d 'Settings for what is not given; empty for none [default: ~/.config/kubectl-quetzal-db/config.yaml]' -r -F
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand resume" -s o -l format -d 'Form of the result on standard output' -r -f -a "text\t'For people'
json\t'For programs'"
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand resume" -l color -d 'Colour [default: auto]' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand resume" -l in-cluster -d 'Run as a Job in the namespace: the backup stays in the cluster, and a closed laptop stops nothing'
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand resume" -l detach -d 'Start the Job and return'
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand resume" -l insecure-skip-tls-verify -d 'Do not check the API server\'s certificate'
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand resume" -s v -l verbose -d 'Say more (may be repeated)'
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand resume" -s q -l quiet -d 'Say nothing but the result and errors'
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand resume" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand rollback" -l kubeconfig -d 'Path to the kubeconfig file' -r -F
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand rollback" -l context -d 'Context of the kubeconfig' -r
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand rollback" -l cluster -d 'Cluster of the kubeconfig' -r
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand rollback" -l user -d 'User of the kubeconfig' -r
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand rollback" -s n -l namespace -d 'Namespace' -r
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand rollback" -l as -d 'User to impersonate' -r
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand rollback" -l as-group -d 'Group to impersonate (may be repeated)' -r
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand rollback" -l as-uid -d 'UID to impersonate' -r
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand rollback" -l request-timeout -d 'How long a single request to the API server may take, such as 10s; 0 for no limit' -r
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand rollback" -l token -d 'Bearer token for the API server' -r
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand rollback" -l client-certificate -d 'Path to a client certificate for the API server' -r -F
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand rollback" -l client-key -d 'Path to the key of the client certificate' -r -F
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand rollback" -l username -d 'Username for basic authentication to the API server' -r
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand rollback" -l password -d 'Password for basic authentication to the API server' -r
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand rollback" -s s -l server -d 'Address of the API server' -r
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand rollback" -l certificate-authority -d 'Path to the certificate of the API server\'s authority' -r -F
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand rollback" -l tls-server-name -d 'Name to check the API server\'s certificate against' -r
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand rollback" -s l -l selector -d 'Labels of the database Pod and the backup CronJob [default: app.kubernetes.io/component=database]' -r
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand rollback" -l instance -d 'Release: the label app.kubernetes.io/instance' -r
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand rollback" -l pod -d 'Name of the database Pod' -r
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand rollback" -s c -l container -d 'Container of the database Pod' -r
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand rollback" -l cronjob -d 'Name of the backup CronJob' -r
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand rollback" -l bucket -d 'Folder of the bucket, such as `gs://bucket/db` [default: from the CronJob\'s environment]' -r
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand rollback" -l app-selector -d 'Labels of the application\'s workloads [default: those of the database\'s release and application]' -r
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand rollback" -l bucket-commands -d 'How the bucket is reached, as JSON: the settings have it for people, this is for a Job in the cluster' -r
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand rollback" -l config -d 'Settings for what is not given; empty for none [default: ~/.config/kubectl-quetzal-db/config.yaml]' -r -F
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand rollback" -s o -l format -d 'Form of the result on standard output' -r -f -a "text\t'For people'
json\t'For programs'"
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand rollback" -l color -d 'Colour [default: auto]' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand rollback" -s y -l yes -d 'Do not ask'
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand rollback" -l insecure-skip-tls-verify -d 'Do not check the API server\'s certificate'
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand rollback" -s v -l verbose -d 'Say more (may be repeated)'
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand rollback" -s q -l quiet -d 'Say nothing but the result and errors'
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand rollback" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand cleanup" -l kubeconfig -d 'Path to the kubeconfig file' -r -F
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand cleanup" -l context -d 'Context of the kubeconfig' -r
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand cleanup" -l cluster -d 'Cluster of the kubeconfig' -r
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand cleanup" -l user -d 'User of the kubeconfig' -r
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand cleanup" -s n -l namespace -d 'Namespace' -r
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand cleanup" -l as -d 'User to impersonate' -r
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand cleanup" -l as-group -d 'Group to impersonate (may be repeated)' -r
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand cleanup" -l as-uid -d 'UID to impersonate' -r
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand cleanup" -l request-timeout -d 'How long a single request to the API server may take, such as 10s; 0 for no limit' -r
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand cleanup" -l token -d 'Bearer token for the API server' -r
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand cleanup" -l client-certificate -d 'Path to a client certificate for the API server' -r -F
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand cleanup" -l client-key -d 'Path to the key of the client certificate' -r -F
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand cleanup" -l username -d 'Username for basic authentication to the API server' -r
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand cleanup" -l password -d 'Password for basic authentication to the API server' -r
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand cleanup" -s s -l server -d 'Address of the API server' -r
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand cleanup" -l certificate-authority -d 'Path to the certificate of the API server\'s authority' -r -F
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand cleanup" -l tls-server-name -d 'Name to check the API server\'s certificate against' -r
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand cleanup" -s l -l selector -d 'Labels of the database Pod and the backup CronJob [default: app.kubernetes.io/component=database]' -r
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand cleanup" -l instance -d 'Release: the label app.kubernetes.io/instance' -r
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand cleanup" -l pod -d 'Name of the database Pod' -r
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand cleanup" -s c -l container -d 'Container of the database Pod' -r
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand cleanup" -l cronjob -d 'Name of the backup CronJob' -r
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand cleanup" -l bucket -d 'Folder of the bucket, such as `gs://bucket/db` [default: from the CronJob\'s environment]' -r
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand cleanup" -l app-selector -d 'Labels of the application\'s workloads [default: those of the database\'s release and application]' -r
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand cleanup" -l bucket-commands -d 'How the bucket is reached, as JSON: the settings have it for people, this is for a Job in the cluster' -r
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand cleanup" -l config -d 'Settings for what is not given; empty for none [default: ~/.config/kubectl-quetzal-db/config.yaml]' -r -F
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand cleanup" -s o -l format -d 'Form of the result on standard output' -r -f -a "text\t'For people'
json\t'For programs'"
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand cleanup" -l color -d 'Colour [default: auto]' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand cleanup" -s y -l yes -d 'Do not ask'
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand cleanup" -l insecure-skip-tls-verify -d 'Do not check the API server\'s certificate'
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand cleanup" -s v -l verbose -d 'Say more (may be repeated)'
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand cleanup" -s q -l quiet -d 'Say nothing but the result and errors'
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand cleanup" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand maintenance" -l kubeconfig -d 'Path to the kubeconfig file' -r -F
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand maintenance" -l context -d 'Context of the kubeconfig' -r
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand maintenance" -l cluster -d 'Cluster of the kubeconfig' -r
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand maintenance" -l user -d 'User of the kubeconfig' -r
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand maintenance" -s n -l namespace -d 'Namespace' -r
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand maintenance" -l as -d 'User to impersonate' -r
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand maintenance" -l as-group -d 'Group to impersonate (may be repeated)' -r
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand maintenance" -l as-uid -d 'UID to impersonate' -r
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand maintenance" -l request-timeout -d 'How long a single request to the API server may take, such as 10s; 0 for no limit' -r
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand maintenance" -l token -d 'Bearer token for the API server' -r
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand maintenance" -l client-certificate -d 'Path to a client certificate for the API server' -r -F
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand maintenance" -l client-key -d 'Path to the key of the client certificate' -r -F
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand maintenance" -l username -d 'Username for basic authentication to the API server' -r
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand maintenance" -l password -d 'Password for basic authentication to the API server' -r
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand maintenance" -s s -l server -d 'Address of the API server' -r
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand maintenance" -l certificate-authority -d 'Path to the certificate of the API server\'s authority' -r -F
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand maintenance" -l tls-server-name -d 'Name to check the API server\'s certificate against' -r
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand maintenance" -s l -l selector -d 'Labels of the database Pod and the backup CronJob [default: app.kubernetes.io/component=database]' -r
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand maintenance" -l instance -d 'Release: the label app.kubernetes.io/instance' -r
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand maintenance" -l pod -d 'Name of the database Pod' -r
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand maintenance" -s c -l container -d 'Container of the database Pod' -r
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand maintenance" -l cronjob -d 'Name of the backup CronJob' -r
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand maintenance" -l bucket -d 'Folder of the bucket, such as `gs://bucket/db` [default: from the CronJob\'s environment]' -r
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand maintenance" -l app-selector -d 'Labels of the application\'s workloads [default: those of the database\'s release and application]' -r
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand maintenance" -l bucket-commands -d 'How the bucket is reached, as JSON: the settings have it for people, this is for a Job in the cluster' -r
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand maintenance" -l config -d 'Settings for what is not given; empty for none [default: ~/.config/kubectl-quetzal-db/config.yaml]' -r -F
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand maintenance" -s o -l format -d 'Form of the result on standard output' -r -f -a "text\t'For people'
json\t'For programs'"
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand maintenance" -l color -d 'Colour [default: auto]' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand maintenance" -l insecure-skip-tls-verify -d 'Do not check the API server\'s certificate'
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand maintenance" -s v -l verbose -d 'Say more (may be repeated)'
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand maintenance" -s q -l quiet -d 'Say nothing but the result and errors'
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand maintenance" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand doctor" -l rbac-for -d 'Whom that Role is given to (with `--rbac`): serviceaccount:NAME, user:NAME or group:NAME' -r
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand doctor" -l kubeconfig -d 'Path to the kubeconfig file' -r -F
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand doctor" -l context -d 'Context of the kubeconfig' -r
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand doctor" -l cluster -d 'Cluster of the kubeconfig' -r
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand doctor" -l user -d 'User of the kubeconfig' -r
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand doctor" -s n -l namespace -d 'Namespace' -r
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand doctor" -l as -d 'User to impersonate' -r
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand doctor" -l as-group -d 'Group to impersonate (may be repeated)' -r
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand doctor" -l as-uid -d 'UID to impersonate' -r
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand doctor" -l request-timeout -d 'How long a single request to the API server may take, such as 10s; 0 for no limit' -r
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand doctor" -l token -d 'Bearer token for the API server' -r
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand doctor" -l client-certificate -d 'Path to a client certificate for the API server' -r -F
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand doctor" -l client-key -d 'Path to the key of the client certificate' -r -F
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand doctor" -l username -d 'Username for basic authentication to the API server' -r
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand doctor" -l password -d 'Password for basic authentication to the API server' -r
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand doctor" -s s -l server -d 'Address of the API server' -r
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand doctor" -l certificate-authority -d 'Path to the certificate of the API server\'s authority' -r -F
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand doctor" -l tls-server-name -d 'Name to check the API server\'s certificate against' -r
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand doctor" -s l -l selector -d 'Labels of the database Pod and the backup CronJob [default: app.kubernetes.io/component=database]' -r
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand doctor" -l instance -d 'Release: the label app.kubernetes.io/instance' -r
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand doctor" -l pod -d 'Name of the database Pod' -r
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand doctor" -s c -l container -d 'Container of the database Pod' -r
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand doctor" -l cronjob -d 'Name of the backup CronJob' -r
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand doctor" -l bucket -d 'Folder of the bucket, such as `gs://bucket/db` [default: from the CronJob\'s environment]' -r
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand doctor" -l app-selector -d 'Labels of the application\'s workloads [default: those of the database\'s release and application]' -r
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand doctor" -l bucket-commands -d 'How the bucket is reached, as JSON: the settings have it for people, this is for a Job in the cluster' -r
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand doctor" -l config -d 'Settings for what is not given; empty for none [default: ~/.config/kubectl-quetzal-db/config.yaml]' -r -F
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand doctor" -s o -l format -d 'Form of the result on standard output' -r -f -a "text\t'For people'
json\t'For programs'"
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand doctor" -l color -d 'Colour [default: auto]' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand doctor" -l rbac -d 'Print the Role that all commands together need, to be applied; asks no cluster'
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand doctor" -l insecure-skip-tls-verify -d 'Do not check the API server\'s certificate'
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand doctor" -s v -l verbose -d 'Say more (may be repeated)'
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand doctor" -s q -l quiet -d 'Say nothing but the result and errors'
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand doctor" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand completion" -l dir -d 'Put it into this folder (with `--install`)' -r -f -a "(__fish_complete_directories)"
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand completion" -l kubeconfig -d 'Path to the kubeconfig file' -r -F
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand completion" -l context -d 'Context of the kubeconfig' -r
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand completion" -l cluster -d 'Cluster of the kubeconfig' -r
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand completion" -l user -d 'User of the kubeconfig' -r
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand completion" -s n -l namespace -d 'Namespace' -r
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand completion" -l as -d 'User to impersonate' -r
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand completion" -l as-group -d 'Group to impersonate (may be repeated)' -r
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand completion" -l as-uid -d 'UID to impersonate' -r
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand completion" -l request-timeout -d 'How long a single request to the API server may take, such as 10s; 0 for no limit' -r
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand completion" -l token -d 'Bearer token for the API server' -r
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand completion" -l client-certificate -d 'Path to a client certificate for the API server' -r -F
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand completion" -l client-key -d 'Path to the key of the client certificate' -r -F
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand completion" -l username -d 'Username for basic authentication to the API server' -r
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand completion" -l password -d 'Password for basic authentication to the API server' -r
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand completion" -s s -l server -d 'Address of the API server' -r
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand completion" -l certificate-authority -d 'Path to the certificate of the API server\'s authority' -r -F
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand completion" -l tls-server-name -d 'Name to check the API server\'s certificate against' -r
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand completion" -s l -l selector -d 'Labels of the database Pod and the backup CronJob [default: app.kubernetes.io/component=database]' -r
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand completion" -l instance -d 'Release: the label app.kubernetes.io/instance' -r
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand completion" -l pod -d 'Name of the database Pod' -r
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand completion" -s c -l container -d 'Container of the database Pod' -r
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand completion" -l cronjob -d 'Name of the backup CronJob' -r
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand completion" -l bucket -d 'Folder of the bucket, such as `gs://bucket/db` [default: from the CronJob\'s environment]' -r
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand completion" -l app-selector -d 'Labels of the application\'s workloads [default: those of the database\'s release and application]' -r
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand completion" -l bucket-commands -d 'How the bucket is reached, as JSON: the settings have it for people, this is for a Job in the cluster' -r
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand completion" -l config -d 'Settings for what is not given; empty for none [default: ~/.config/kubectl-quetzal-db/config.yaml]' -r -F
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand completion" -s o -l format -d 'Form of the result on standard output' -r -f -a "text\t'For people'
json\t'For programs'"
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand completion" -l color -d 'Colour [default: auto]' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand completion" -l install -d 'Put kubectl\'s executable beside the plugin on PATH instead of printing it'
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand completion" -l insecure-skip-tls-verify -d 'Do not check the API server\'s certificate'
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand completion" -s v -l verbose -d 'Say more (may be repeated)'
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand completion" -s q -l quiet -d 'Say nothing but the result and errors'
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand completion" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand help; and not __fish_seen_subcommand_from backup list download verify restore drill status resume rollback cleanup maintenance doctor completion help" -f -a "backup" -d 'Take a backup now, through the backup CronJob'
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand help; and not __fish_seen_subcommand_from backup list download verify restore drill status resume rollback cleanup maintenance doctor completion help" -f -a "list" -d 'List the backups of the bucket'
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand help; and not __fish_seen_subcommand_from backup list download verify restore drill status resume rollback cleanup maintenance doctor completion help" -f -a "download" -d 'Copy a backup to this machine and prove the copy complete'
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand help; and not __fish_seen_subcommand_from backup list download verify restore drill status resume rollback cleanup maintenance doctor completion help" -f -a "verify" -d 'Read a whole backup and prove that it is complete; touches nothing'
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand help; and not __fish_seen_subcommand_from backup list download verify restore drill status resume rollback cleanup maintenance doctor completion help" -f -a "restore" -d 'Restore a backup beside the live databases, then swap'
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand help; and not __fish_seen_subcommand_from backup list download verify restore drill status resume rollback cleanup maintenance doctor completion help" -f -a "drill" -d 'Prove that a backup can be restored: load it aside, check it, drop it'
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand help; and not __fish_seen_subcommand_from backup list download verify restore drill status resume rollback cleanup maintenance doctor completion help" -f -a "status" -d 'Show what is there, and the next command to type'
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand help; and not __fish_seen_subcommand_from backup list download verify restore drill status resume rollback cleanup maintenance doctor completion help" -f -a "resume" -d 'Go on with an interrupted restore'
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand help; and not __fish_seen_subcommand_from backup list download verify restore drill status resume rollback cleanup maintenance doctor completion help" -f -a "rollback" -d 'Go back to the databases from before a restore, interrupted or finished'
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand help; and not __fish_seen_subcommand_from backup list download verify restore drill status resume rollback cleanup maintenance doctor completion help" -f -a "cleanup" -d 'Drop the databases that a finished restore kept'
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand help; and not __fish_seen_subcommand_from backup list download verify restore drill status resume rollback cleanup maintenance doctor completion help" -f -a "maintenance" -d 'Stop or start the application'
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand help; and not __fish_seen_subcommand_from backup list download verify restore drill status resume rollback cleanup maintenance doctor completion help" -f -a "doctor" -d 'Look for what would keep the other commands from working; changes nothing'
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand help; and not __fish_seen_subcommand_from backup list download verify restore drill status resume rollback cleanup maintenance doctor completion help" -f -a "completion" -d 'Print a completion script, or install kubectl\'s'
complete -c kubectl-quetzal_db -n "__fish_kubectl_quetzal_db_using_subcommand help; and not __fish_seen_subcommand_from backup list download verify restore drill status resume rollback cleanup maintenance doctor completion help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
