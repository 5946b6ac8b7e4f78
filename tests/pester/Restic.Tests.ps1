BeforeDiscovery {
    $missing = -not (Get-Command -Name restic -CommandType Application -ErrorAction Ignore)
}

BeforeAll {
    . $PSScriptRoot/common.ps1
    Enter-Sandbox
    $env:RESTIC_PASSWORD = 'correct horse battery staple'
}

AfterAll {
    $env:RESTIC_PASSWORD = $null
    Exit-Sandbox
}

Describe 'restic' -Skip:$missing {
    It 'checks and restores what the module wrote' {
        New-TestRepository | Out-Null
        $result = Invoke-Backup ./documents -Tag daily
        restic -r ./backup --no-cache check --read-data | Out-String | Should -Match 'no errors were found'
        restic -r ./backup --no-cache restore $result.SnapshotId --target ./by-restic | Out-Null
        $LASTEXITCODE | Should -Be 0
        foreach ($file in Get-ChildItem -Path ./documents -Recurse -File) {
            (Get-FileHash -LiteralPath "./by-restic$($file.FullName)").Hash | Should -Be (Get-FileHash -LiteralPath $file.FullName).Hash
        }
    }

    It 'writes what the module restores' {
        restic -r ./theirs --no-cache init | Out-Null
        restic -r ./theirs --no-cache backup $Sandbox/documents --tag weekly | Out-Null
        $repository = Connect-BackupRepository ./theirs -NotDefault
        $snapshot = Get-BackupSnapshot -Repository $repository
        $snapshot.Tags | Should -Be 'weekly'
        (Restore-Backup -Repository $repository -Destination ./by-module -Verify).Status | Should -Be 'Succeeded'
        foreach ($file in Get-ChildItem -Path ./documents -Recurse -File) {
            (Get-FileHash -LiteralPath "./by-module$($file.FullName)").Hash | Should -Be (Get-FileHash -LiteralPath $file.FullName).Hash
        }
    }

    It 'takes turns with the module' {
        restic -r ./backup --no-cache backup $Sandbox/documents --tag turn | Out-Null
        $result = Invoke-Backup ./documents -Repository ./backup
        $result.FilesUnmodified | Should -Be 5
        restic -r ./backup --no-cache forget --keep-last 1 --prune | Out-Null
        Test-BackupRepository -Repository ./backup -ReadData | Should -BeTrue
    }
}
