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
}
