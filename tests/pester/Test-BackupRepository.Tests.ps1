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

    It 'compares files with the newest snapshot of them' {
        Test-BackupRepository -Against ./documents | Should -BeTrue
        $report = Test-BackupRepository -Against ./documents/*.txt, ./documents/photos -Detailed
        $report.IsEqual | Should -BeTrue
        $report.ComparedSnapshotId | Should -Be (Get-BackupSnapshot latest).SnapshotId
        $report.ItemsCompared | Should -BeGreaterOrEqual 5
        (Test-BackupRepository -Detailed).IsEqual | Should -BeNullOrEmpty
    }

    It 'is false when files are other than the snapshot says, and says which' {
        $saved = Get-Content -LiteralPath documents/report.txt -Raw
        Move-Item -LiteralPath documents/notes.txt -Destination ./away
        Set-Content -LiteralPath documents/report.txt -Value 'other'
        Set-Content -LiteralPath documents/new.txt -Value 'new'
        try {
            Test-BackupRepository -Against ./documents -ErrorAction SilentlyContinue -ErrorVariable problems | Should -BeFalse
            $found = foreach ($problem in $problems) { "$(Get-ErrorId $problem) $(Split-Path -Leaf -Path $problem.TargetObject) $($problem.CategoryInfo.Category)" }
            $found | Sort-Object | Should -Be 'ContentDiffers report.txt InvalidResult', 'NotInSnapshot new.txt InvalidResult', 'OnlyInSnapshot notes.txt InvalidResult'
            $report = Test-BackupRepository -Against ./documents -Detailed -ErrorAction SilentlyContinue
            $report.IsHealthy | Should -BeTrue
            $report.IsEqual | Should -BeFalse
            $report.Differences | Should -Be 3
            { Test-BackupRepository -Against ./documents -ErrorAction Stop } | Should -Throw
            Get-Lock | Should -BeNullOrEmpty
        }
        finally {
            Remove-Item -LiteralPath documents/new.txt
            Move-Item -LiteralPath ./away -Destination documents/notes.txt
            Set-Content -LiteralPath documents/report.txt -Value $saved -NoNewline
        }
    }

    It 'leaves out of the comparison what is said' {
        New-Item -ItemType Directory -Path documents/cache | Out-Null
        Set-Content -LiteralPath documents/cache/CACHEDIR.TAG -Value 'Signature: 8a477f597d28d172789f06886806bc55'
        Set-Content -LiteralPath documents/cache/index -Value 'what is in a cache'
        Invoke-Backup ./documents -ExcludeCache | Out-Null
        Set-Content -LiteralPath documents/big.bin -Value ('x' * 5000)
        try {
            Test-BackupRepository -Against ./documents -ErrorAction SilentlyContinue -ErrorVariable problems | Should -BeFalse
            $problems.TargetObject | Split-Path -Leaf | Sort-Object | Should -Be 'big.bin', 'index'
            $rest = Test-BackupRepository -Against ./documents -ExcludeCache -ExcludeLargerThan 4KB -ErrorAction SilentlyContinue -ErrorVariable problems
            $problems | Should -BeNullOrEmpty
            $rest | Should -BeTrue
            Test-BackupRepository -Against ./documents -Exclude INDEX, *.BIN -IgnoreCase | Should -BeTrue
        }
        finally {
            Remove-Item -LiteralPath documents/cache, documents/big.bin -Recurse -Force
        }
    }

    It 'compares a restored copy with a folder of a snapshot' {
        Restore-Backup "latest:$Sandbox/documents" ./restored | Out-Null
        Test-BackupRepository -Against ./restored -ReferenceSnapshot "latest:$Sandbox/documents" | Should -BeTrue
        Set-Content -LiteralPath ./restored/notes.txt -Value 'other'
        Test-BackupRepository -Against ./restored -ReferenceSnapshot "latest:$Sandbox/documents" -ErrorAction SilentlyContinue | Should -BeFalse
    }

    It 'compares with nothing but files, and with nothing that is not there' {
        Get-ErrorId ({ Test-BackupRepository -Against Env:/PATH } | Should -Throw -PassThru) | Should -Be 'PathNotFileSystem'
        Get-ErrorId ({ Test-BackupRepository -Against ./no*where } | Should -Throw -PassThru) | Should -Be 'NothingToCompare'
        Get-ErrorId ({ Test-BackupRepository -Against ./password } | Should -Throw -PassThru) | Should -Be 'SnapshotNotFound'
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
