BeforeAll {
    . $PSScriptRoot/common.ps1
    Enter-Sandbox
    $script:first, $script:second, $script:third = New-HostHistory
    $script:there = New-BackupRepository ./there -Password $Password -NotDefault
}

AfterAll {
    Exit-Sandbox
}

Describe 'Copy-BackupSnapshot' {
    It 'stores nothing with -WhatIf, but says what it would' {
        $state = Get-State ./there
        $result = Copy-BackupSnapshot -DestinationRepository $there -WhatIf
        $result.IsDryRun | Should -BeTrue
        $result.SourceSnapshotId.Count | Should -Be 3
        $result.SnapshotId | Should -BeNullOrEmpty
        Get-State ./there | Should -Be $state
    }

    It 'copies the snapshots that are piped in, as one copy' {
        $result = Get-BackupSnapshot -HostName web1 | Copy-BackupSnapshot -DestinationRepository $there
        @($result).Count | Should -Be 1
        $result | Should -BeOfType 'Backup.PowerShell.Output.CopyResult'
        $result.SourceSnapshotId | Should -Be $first.SnapshotId, $second.SnapshotId
        $result.Repository | Should -Be "$Sandbox/there"
        $result.SourceRepository | Should -Be "$Sandbox/backup"
        $result.SizeCopied | Should -BeGreaterThan 0
        $copies = Get-BackupSnapshot -Repository $there
        $copies.SnapshotId | Should -Be $result.SnapshotId
        $copies[0].OriginalId | Should -Be $first.SnapshotId
        $copies[0].Tags | Should -Be 'daily', 'one'
        Test-BackupRepository -Repository $there -ReadData | Should -BeTrue
    }

    It 'copies the rest, and nothing twice' {
        $result = Copy-BackupSnapshot -DestinationRepository $there
        $result.SourceSnapshotId | Should -Be $third.SnapshotId
        $result.SnapshotsPresent | Should -Be 2
        @(Get-BackupSnapshot -Repository $there).Count | Should -Be 3
        (Restore-Backup $result.SnapshotId[0] ./restored -Repository $there -Verify).FilesVerified | Should -Be 1
    }

    It 'copies nothing if nothing is piped in' {
        Get-BackupSnapshot -HostName nobody | Copy-BackupSnapshot -DestinationRepository $there | Should -BeNullOrEmpty
    }

    It 'goes on after one that is not there' {
        $there2 = New-BackupRepository ./there2 -Password $Password -NotDefault
        $result = Copy-BackupSnapshot ffffffffff, $first.SnapshotId $there2 -ErrorAction SilentlyContinue -ErrorVariable problems
        Get-ErrorId $problems[0] | Should -Be 'SnapshotNotFound'
        $result.SourceSnapshotId | Should -Be $first.SnapshotId
    }

    It 'opens a repository with a password of its own' {
        $other = ConvertTo-SecureString -String 'another long password' -AsPlainText -Force
        New-BackupRepository ./there3 -Password $other -NotDefault | Disconnect-BackupRepository
        (Copy-BackupSnapshot latest ./there3 -DestinationPassword $other | Set-BackupSnapshot -AddTag offsite -PassThru -Password $other).Tags | Should -Contain 'offsite'
    }

    It 'refuses to copy a repository into itself' {
        $problem = { Copy-BackupSnapshot -DestinationRepository ./backup } | Should -Throw -PassThru
        Get-ErrorId $problem | Should -Be 'ArgumentInvalid'
    }

    It 'leaves no lock' {
        Get-Lock | Should -BeNullOrEmpty
        Get-Lock there | Should -BeNullOrEmpty
    }
}
