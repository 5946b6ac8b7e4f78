BeforeAll {
    . $PSScriptRoot/common.ps1
    Enter-Sandbox
    $script:first, $script:second, $script:third = New-HostHistory
}

AfterAll {
    Exit-Sandbox
}

Describe 'Compare-BackupSnapshot' {
    It 'tells what is new, gone and different' {
        $changes = Compare-BackupSnapshot $first.SnapshotId $second.SnapshotId
        ($changes | Where-Object SideIndicator -EQ '=>').Path | Should -Be "$Sandbox/documents/new.txt"
        ($changes | Where-Object SideIndicator -EQ '<=').Path | Should -Be "$Sandbox/documents/draft.tmp"
        $changed = $changes | Where-Object SideIndicator -EQ '<>'
        $changed.Path | Should -Be "$Sandbox/documents/report.txt"
        $changed.LengthAfter - $changed.LengthBefore | Should -Be 11
    }

    It 'takes the older one from the pipeline' {
        @(Get-BackupSnapshot $first.SnapshotId | Compare-BackupSnapshot -DifferenceSnapshot $second.SnapshotId).Count | Should -Be 3
    }

    It 'takes files from the pipeline' {
        $changes = Get-Item -Path documents/report.txt, documents/photos | Compare-BackupSnapshot $first.SnapshotId
        $changes.Path | Should -Be "$Sandbox/documents/report.txt"
    }

    It 'compares a snapshot with the files on the disk' {
        Compare-BackupSnapshot $second.SnapshotId -LiteralPath ./documents | Should -BeNullOrEmpty
        $changes = Compare-BackupSnapshot $first.SnapshotId -LiteralPath ./documents
        ($changes | Where-Object SideIndicator -EQ '=>').Path | Should -Be "$Sandbox/documents/new.txt"
        ($changes | Where-Object SideIndicator -EQ '<=').Path | Should -Be "$Sandbox/documents/draft.tmp"
        ($changes | Where-Object SideIndicator -EQ '<>').Path | Should -Contain "$Sandbox/documents/report.txt"
        Compare-BackupSnapshot latest -LiteralPath ./nowhere -ErrorAction SilentlyContinue -ErrorVariable problems
        Get-ErrorId $problems[0] | Should -Be 'SourceNotFound'
    }
}
