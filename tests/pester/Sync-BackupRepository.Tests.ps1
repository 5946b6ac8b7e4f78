BeforeAll {
    . $PSScriptRoot/common.ps1
    Enter-Sandbox
    $script:first, $script:second = New-DocumentHistory
    $script:here = Get-BackupRepository -Connected | Where-Object IsDefault
    $script:other = ConvertTo-SecureString -String 'another long password' -AsPlainText -Force
    $script:replica = New-BackupRepository ./replica -ReplicaOf $here -Password $other -NotDefault
}

AfterAll {
    Exit-Sandbox
}

Describe 'Sync-BackupRepository' {
    It 'stores nothing with -WhatIf, but says what it would' {
        $state = Get-State ./replica
        $result = Sync-BackupRepository $replica -WhatIf
        $result.IsDryRun | Should -BeTrue
        $result.SourceSnapshotId.Count | Should -Be 2
        Get-State ./replica | Should -Be $state
    }

    It 'keeps the ids in a replica' {
        $result = Sync-BackupRepository $replica
        $result | Should -BeOfType 'Backup.PowerShell.Output.CopyResult'
        $result.SnapshotId | Should -Be $first.SnapshotId, $second.SnapshotId
        (Get-BackupSnapshot -Repository $replica).SnapshotId | Should -Be $first.SnapshotId, $second.SnapshotId
        Test-BackupRepository -Repository $replica -ReadData | Should -BeTrue
        (Sync-BackupRepository $replica).SnapshotId | Should -BeNullOrEmpty
    }

    It 'removes what is gone only if that is wanted' {
        Remove-BackupSnapshot $first.SnapshotId -Confirm:$false
        Sync-BackupRepository $replica | Out-Null
        @(Get-BackupSnapshot -Repository $replica).Count | Should -Be 2
        (Sync-BackupRepository $replica -Delete).RemovedSnapshotId | Should -Be $first.SnapshotId
        (Get-BackupSnapshot -Repository $replica).SnapshotId | Should -Be $second.SnapshotId
    }

    It 'removes nothing from what is no replica' {
        $plain = New-BackupRepository ./plain -Password $Password -NotDefault
        $problem = { Sync-BackupRepository $plain -Delete } | Should -Throw -PassThru
        Get-ErrorId $problem | Should -Be 'ArgumentInvalid'
        (Sync-BackupRepository $plain).SourceSnapshotId | Should -Be $second.SnapshotId
    }

    It 'wants the first repository of a replica to be connected' {
        $problem = { New-BackupRepository ./replica2 -ReplicaOf ./backup -Password $other } | Should -Throw -PassThru
        Get-ErrorId $problem | Should -Be 'RepositoryClosed'
    }

    It 'leaves no lock' {
        Get-Lock | Should -BeNullOrEmpty
        Get-Lock replica | Should -BeNullOrEmpty
    }
}
