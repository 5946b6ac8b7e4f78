@{
    RootModule           = 'Backup.PowerShell.dll'
    ModuleVersion        = '0.1.0'
    GUID                 = '6f0e6d3c-5a4b-4d39-9c5e-0b1f6a7f2d94'
    Author               = 'The Backup authors'
    CompanyName          = 'The Backup authors'
    Copyright            = 'Copyright (c) The Backup authors. MIT licence.'
    Description          = 'Encrypted, deduplicated, compressed backups of files, streams and command output, in the restic repository format: fast, native, with typed objects in the pipeline.'
    PowerShellVersion    = '7.6'
    CompatiblePSEditions = @('Core')

    FormatsToProcess     = @('Backup.Format.ps1xml')
    TypesToProcess       = @('Backup.Types.ps1xml')

    CmdletsToExport      = @(
        'Compare-BackupSnapshot'
        'Connect-BackupRepository'
        'Copy-BackupSnapshot'
        'Disconnect-BackupRepository'
        'Dismount-BackupRepository'
        'Edit-BackupSnapshot'
        'Export-BackupItem'
        'Find-BackupItem'
        'Get-BackupItem'
        'Get-BackupItemContent'
        'Get-BackupKey'
        'Get-BackupRepository'
        'Get-BackupSnapshot'
        'Invoke-Backup'
        'Measure-BackupRepository'
        'Mount-BackupRepository'
        'New-BackupKey'
        'New-BackupRepository'
        'Optimize-BackupRepository'
        'Register-BackupRepository'
        'Remove-BackupKey'
        'Remove-BackupSnapshot'
        'Repair-BackupRepository'
        'Restore-Backup'
        'Set-BackupKey'
        'Set-BackupSnapshot'
        'Sync-BackupRepository'
        'Test-BackupRepository'
        'Unlock-BackupRepository'
        'Unregister-BackupRepository'
        'Update-BackupRepository'
    )
    FunctionsToExport    = @()
    AliasesToExport      = @()
    VariablesToExport    = @()

    PrivateData          = @{
        PSData = @{
            Tags         = @('Backup', 'Restore', 'Restic', 'Snapshot', 'Deduplication', 'Encryption', 'PSEdition_Core', 'Windows', 'Linux', 'MacOS')
            ReleaseNotes = 'See CHANGELOG.md.'
            Prerelease   = 'preview1'
        }
    }
}
