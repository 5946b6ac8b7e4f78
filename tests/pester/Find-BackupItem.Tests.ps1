BeforeAll {
    . $PSScriptRoot/common.ps1
    Enter-Sandbox
    $script:first, $script:second = New-DocumentHistory
    $script:docs = "$Sandbox/documents"
}

AfterAll {
    Exit-Sandbox
}

Describe 'Find-BackupItem' {
    It 'finds in all snapshots, newest first' {
        $found = Find-BackupItem report.txt
        $found.SnapshotId | Should -Be $second.SnapshotId, $first.SnapshotId
        @(Find-BackupItem REPORT.TXT).Count | Should -Be 0
        (Find-BackupItem REPORT.TXT -IgnoreCase -Snapshot latest).Path | Should -Be "$docs/report.txt"
    }

    It 'searches the snapshots that are piped in' {
        (Get-BackupSnapshot $first.SnapshotId | Find-BackupItem *.jpg).SnapshotId | Should -Be $first.SnapshotId
    }
}
