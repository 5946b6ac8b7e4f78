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
}
