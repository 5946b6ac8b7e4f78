BeforeAll {
    . $PSScriptRoot/common.ps1
    Enter-Sandbox
    New-TestRepository | Out-Null
    Invoke-Backup ./documents | Out-Null
    $script:wrong = ConvertTo-SecureString -String 'wrong' -AsPlainText -Force
    New-Item -ItemType Directory -Path ./full | Out-Null
}

AfterAll {
    Exit-Sandbox
}

Describe 'An error that ends a command' {
    It 'is <Id>, of category <Category>' -ForEach @(
        @{ Id = 'RepositoryNotFound'; Category = 'ObjectNotFound'; Command = { Connect-BackupRepository ./nowhere -Password $Password }; Target = 'nowhere' }
        @{ Id = 'RepositoryExists'; Category = 'ResourceExists'; Command = { New-BackupRepository ./backup -Password $Password }; Target = 'backup' }
        @{ Id = 'PasswordIncorrect'; Category = 'AuthenticationError'; Command = { Connect-BackupRepository ./backup -Password $wrong }; Target = 'backup' }
        @{ Id = 'PathNotFileSystem'; Category = 'InvalidArgument'; Command = { Connect-BackupRepository Env:/x -Password $Password }; Target = 'Env:/x' }
        @{ Id = 'BackendUnavailable'; Category = 'ConnectionError'; Command = { Connect-BackupRepository rclone:x:y -Password $Password -Option @{ 'rclone.program' = 'there-is-no-such-program' } }; Target = 'rclone:x:y' }
        @{ Id = 'ArgumentInvalid'; Category = 'InvalidArgument'; Command = { Connect-BackupRepository nothing:x -Password $Password }; Target = 'nothing:x' }
        @{ Id = 'NothingToBackUp'; Category = 'ObjectNotFound'; Command = { Invoke-Backup ./no*where }; Target = $null }
        @{ Id = 'SnapshotNotFound'; Category = 'ObjectNotFound'; Command = { Restore-Backup ffffffff ./out }; Target = 'ffffffff' }
        @{ Id = 'ItemNotFound'; Category = 'ObjectNotFound'; Command = { Restore-Backup latest:/nowhere ./out }; Target = 'latest:/nowhere' }
    ) {
        # Such an error can't be told away.
        $problem = { & $Command -ErrorAction SilentlyContinue } | Should -Throw -PassThru
        Get-ErrorId $problem | Should -Be $Id
        $problem.FullyQualifiedErrorId | Should -Match ',Backup\.PowerShell\.Commands\.[A-Za-z]+Command$'
        $problem.CategoryInfo.Category | Should -Be $Category
        if ($Target) { $problem.TargetObject | Should -BeLike "*$Target*" }
        $problem.Exception.Message | Should -Not -Match '\bat Backup\.' -Because 'a stack trace is no message'
        Get-Lock | Should -BeNullOrEmpty
    }

    It 'names parameters and cmdlets, not options of the command line' {
        $problem = { Connect-BackupRepository rclone:x:y -Password $Password -Option @{ 'rclone.program' = 'there-is-no-such-program' } } | Should -Throw -PassThru
        "$problem" | Should -Match "-Option @\{ 'rclone.program' = "
        $problem = { Connect-BackupRepository ./nowhere -Password $Password } | Should -Throw -PassThru
        "$problem" | Should -Match 'New-BackupRepository'
        Get-BackupSnapshot ffffffff -ErrorAction SilentlyContinue -ErrorVariable problems
        "$problems" | Should -Match 'Get-BackupSnapshot'
    }

    It 'says what to do, and keeps its cause' {
        $problem = { Connect-BackupRepository ./backup -Password $wrong } | Should -Throw -PassThru
        $problem.ErrorDetails.RecommendedAction | Should -Match 'Password'
        $problem.Exception.GetType().FullName | Should -Be 'Backup.Engine.PasswordIncorrectException'
    }
}

Describe 'An error about one item of several' {
    It 'is <Id>, and the others go on' -ForEach @(
        @{ Id = 'SourceNotFound'; Command = { param($e) Invoke-Backup ./nowhere, ./documents -ErrorAction $e }; Target = './nowhere' }
        @{ Id = 'SnapshotNotFound'; Command = { param($e) Get-BackupSnapshot ffffffff, latest -ErrorAction $e }; Target = 'ffffffff' }
        @{ Id = 'ItemNotFound'; Command = { param($e) Get-BackupItem latest /nowhere, / -ErrorAction $e }; Target = '*nowhere' }
        @{ Id = 'ItemNotFound'; Command = { param($e) Get-BackupItemContent latest /nowhere, "$Sandbox/documents/notes.txt" -ErrorAction $e }; Target = '*nowhere' }
    ) {
        $Error.Clear()
        $output = & $Command SilentlyContinue
        $output | Should -Not -BeNullOrEmpty
        $Error.Count | Should -Be 1
        Get-ErrorId $Error[0] | Should -Be $Id
        $Error[0].CategoryInfo.Category | Should -Be 'ObjectNotFound'
        $Error[0].TargetObject | Should -BeLike $Target
        { & $Command Stop } | Should -Throw
        Get-Lock | Should -BeNullOrEmpty
    }

    It 'is seen by -ErrorVariable and by $?' {
        Invoke-Backup ./documents, ./nowhere -ErrorAction SilentlyContinue -ErrorVariable problems | Out-Null
        $problems.Count | Should -Be 1
        pwsh -NoProfile -NonInteractive -Command "Import-Module '$Manifest'; `$env:BACKUP_PASSWORD_FILE = '$Sandbox/password'; Invoke-Backup '$Sandbox/documents', '$Sandbox/nowhere' -Repository '$Sandbox/backup'" 2>&1 | Out-Null
        $LASTEXITCODE | Should -Be 1
        pwsh -NoProfile -NonInteractive -Command "Import-Module '$Manifest'; `$env:BACKUP_PASSWORD_FILE = '$Sandbox/password'; Invoke-Backup '$Sandbox/documents' -Repository '$Sandbox/backup'" 2>&1 | Out-Null
        $LASTEXITCODE | Should -Be 0
    }

    It 'tells what a restore found in its way' {
        Set-Content -LiteralPath ./full/notes.txt -Value 'mine'
        $result = Restore-Backup "latest:$Sandbox/documents" ./full -ErrorAction SilentlyContinue -ErrorVariable problems
        $result.Status | Should -Be 'Partial'
        Get-ErrorId $problems[0] | Should -Be 'DestinationExists'
        $problems[0].CategoryInfo.Category | Should -Be 'ResourceExists'
    }
}
