BeforeAll {
    . $PSScriptRoot/common.ps1
    Enter-Sandbox
    $script:first, $script:second, $script:third = New-HostHistory
}

AfterAll {
    Exit-Sandbox
}

Describe 'Measure-BackupRepository' {
    It 'counts' {
        (Measure-BackupRepository $third.SnapshotId).TotalSize | Should -BeGreaterOrEqual 256
        (Measure-BackupRepository -Mode RawData).BlobCount | Should -BeGreaterThan 5
        (Get-BackupSnapshot -HostName web1 | Measure-BackupRepository).Count | Should -Be 2
    }

    It 'tells who needs the space' {
        $usage = Measure-BackupRepository -UsageBy Host
        $usage | Should -BeOfType 'Backup.PowerShell.Output.BackupUsage'
        $usage.Name | Sort-Object | Should -Be 'db1', 'web1'
        $web = $usage | Where-Object Name -EQ 'web1'
        $web.SnapshotCount | Should -Be 2
        $web.ExclusiveSize + $web.SharedSize | Should -Be $web.Size
        @(Measure-BackupRepository -UsageBy Snapshot).Count | Should -Be 3
        $usage | Out-String | Should -Match 'Exclusive'
    }
}
