BeforeAll {
    . $PSScriptRoot/common.ps1
    Enter-Sandbox
    New-TestRepository | Out-Null
    Invoke-Backup ./documents | Out-Null
}

AfterAll {
    Exit-Sandbox
}

Describe 'Test-BackupRepository' {
    It 'is true for a sound repository' {
        Test-BackupRepository | Should -BeTrue
        $report = Test-BackupRepository -ReadData -Detailed
        $report.IsHealthy | Should -BeTrue
        $report.PacksRead | Should -Be $report.PackCount
        (Test-BackupRepository -ReadDataSubset 1/1 -Detailed).PacksRead | Should -Be $report.PackCount
    }

    It 'refuses what contradicts itself or makes no sense' {
        Get-ErrorId ({ Test-BackupRepository -ReadData -ReadDataSubset 1/2 } | Should -Throw -PassThru) | Should -Be 'ArgumentInvalid'
        Get-ErrorId ({ Test-BackupRepository -ReadDataSubset much } | Should -Throw -PassThru) | Should -Be 'ArgumentInvalid'
    }

    It 'is false for a damaged one, and says what is wrong' {
        $pack = Get-ChildItem -Path ./backup/data -Recurse -File | Sort-Object Length -Descending | Select-Object -First 1
        Remove-Item -LiteralPath $pack.FullName -Force
        Test-BackupRepository -ErrorAction SilentlyContinue -ErrorVariable problems | Should -BeFalse
        Get-ErrorId $problems[0] | Should -Be 'PackMissing'
        $problems[0].CategoryInfo.Category | Should -Be 'InvalidData'
        (Test-BackupRepository -Detailed -ErrorAction SilentlyContinue).DamagedPacks | Should -Be $pack.Name
    }
}
