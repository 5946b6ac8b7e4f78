BeforeDiscovery {
    # The one on PATH, and a newer one that BACKUP_RESTIC_NEW names.
    $programs = @('restic', $env:BACKUP_RESTIC_NEW).Where{ $_ -and (Get-Command -Name $_ -CommandType Application -ErrorAction Ignore) }
    $cases = $programs ? $programs.ForEach{ @{ Program = $_; Missing = $false } } : @(@{ Program = 'restic'; Missing = $true })
}

BeforeAll {
    . $PSScriptRoot/common.ps1
}

Describe '<Program>' -ForEach $cases -Skip:($cases[0].Missing) {
    BeforeAll {
        Enter-Sandbox
        $env:RESTIC_PASSWORD = 'correct horse battery staple'
        $script:restic = (Get-Command -Name $Program -CommandType Application | Select-Object -First 1).Source
    }

    AfterAll {
        $env:RESTIC_PASSWORD = $null
        Exit-Sandbox
    }

    It 'checks and restores what the module wrote' {
        New-TestRepository | Out-Null
        $result = Invoke-Backup ./documents -Tag daily
        & $restic -r ./backup --no-cache check --read-data | Out-String | Should -Match 'no errors were found'
        & $restic -r ./backup --no-cache restore $result.SnapshotId --target ./by-restic | Out-Null
        $LASTEXITCODE | Should -Be 0
        foreach ($file in Get-ChildItem -Path ./documents -Recurse -File) {
            (Get-FileHash -LiteralPath "./by-restic$($file.FullName)").Hash | Should -Be (Get-FileHash -LiteralPath $file.FullName).Hash
        }
    }

    It 'writes what the module restores' {
        & $restic -r ./theirs --no-cache init | Out-Null
        & $restic -r ./theirs --no-cache backup $Sandbox/documents --tag weekly | Out-Null
        $repository = Connect-BackupRepository ./theirs -NotDefault
        $snapshot = Get-BackupSnapshot -Repository $repository
        $snapshot.Tags | Should -Be 'weekly'
        (Restore-Backup -Repository $repository -Destination ./by-module -Verify).Status | Should -Be 'Succeeded'
        foreach ($file in Get-ChildItem -Path ./documents -Recurse -File) {
            (Get-FileHash -LiteralPath "./by-module$($file.FullName)").Hash | Should -Be (Get-FileHash -LiteralPath $file.FullName).Hash
        }
    }

    It 'takes turns with the module' {
        & $restic -r ./backup --no-cache backup $Sandbox/documents --tag turn | Out-Null
        $result = Invoke-Backup ./documents -Repository ./backup
        $result.FilesUnmodified | Should -Be 5
        & $restic -r ./backup --no-cache forget --keep-last 1 --prune | Out-Null
        Test-BackupRepository -Repository ./backup -ReadData | Should -BeTrue
    }

    It 'knows what the module has copied, and the module what it has' {
        New-BackupRepository ./third -CopyChunkerFrom (Connect-BackupRepository ./backup) -NotDefault | Out-Null
        (Copy-BackupSnapshot -Repository ./backup -DestinationRepository ./third).SourceSnapshotId.Count | Should -Be @(Get-BackupSnapshot).Count
        Invoke-Backup ./documents -Tag more | Out-Null
        $env:RESTIC_FROM_PASSWORD = $env:RESTIC_PASSWORD
        & $restic -r ./third --no-cache copy --from-repo ./backup | Out-Null
        $LASTEXITCODE | Should -Be 0
        $env:RESTIC_FROM_PASSWORD = $null
        @(Get-BackupSnapshot -Repository ./third).Count | Should -Be @(Get-BackupSnapshot).Count
        (Copy-BackupSnapshot -DestinationRepository ./third).SourceSnapshotId | Should -BeNullOrEmpty
        & $restic -r ./third --no-cache check --read-data | Out-String | Should -Match 'no errors were found'
    }

    It 'reads what the module has updated' {
        & $restic -r ./version1 --no-cache init --repository-version 1 | Out-Null
        & $restic -r ./version1 --no-cache backup $Sandbox/documents | Out-Null
        (Update-BackupRepository -Repository ./version1 -Confirm:$false).FormatVersion | Should -Be 2
        Invoke-Backup ./documents -Repository ./version1 | Out-Null
        & $restic -r ./version1 --no-cache check --read-data | Out-String | Should -Match 'no errors were found'
    }
}
