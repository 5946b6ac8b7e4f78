#requires -Modules Backup
# A backup for every night. Exit codes: 0 all is well, 3 some files could not be read, 1 it failed.
param([string] $Repository = 'home', [string[]] $Path = @('/home', '/etc'))

$ErrorActionPreference = 'Stop'
Connect-BackupRepository -Repository $Repository | Out-Null
$result = Invoke-Backup -Path $Path -Tag nightly -ExcludeCache -ErrorAction Continue
Remove-BackupSnapshot -Tag nightly -KeepDaily 7 -KeepWeekly 5 -KeepMonthly 12 -Confirm:$false
$isSound = Test-BackupRepository -ErrorAction Continue
$result | Select-Object -Property Status, SnapshotId, FilesNew, FilesChanged, DataStored, Duration, @{ Name = 'IsSound'; Expression = { $isSound } }
exit ($result.Status -eq 'Succeeded' -and $isSound ? 0 : $isSound ? 3 : 1)
