# Registers a task of Windows that runs nightly.ps1 at night. Run once, as an administrator.
param([string] $Script = 'C:\ProgramData\Backup\nightly.ps1', [string] $Repository = 'home')

$action = New-ScheduledTaskAction -Execute 'pwsh.exe' -Argument "-NoProfile -NonInteractive -File `"$Script`" -Repository $Repository"
$trigger = New-ScheduledTaskTrigger -Daily -At 03:17
$settings = New-ScheduledTaskSettingsSet -StartWhenAvailable -RunOnlyIfNetworkAvailable
Register-ScheduledTask -TaskName 'Nightly backup' -Action $action -Trigger $trigger -Settings $settings
