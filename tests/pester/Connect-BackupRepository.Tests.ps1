BeforeAll {
    . $PSScriptRoot/common.ps1
    Enter-Sandbox
    New-TestRepository | Out-Null
}

AfterAll {
    Exit-Sandbox
}

Describe 'Connect-BackupRepository' {
    BeforeEach { Disconnect-BackupRepository -All }

    It 'makes the connection the default one' {
        $repository = Connect-BackupRepository ./backup -Password $Password
        $repository.IsDefault | Should -BeTrue
        { Get-BackupSnapshot } | Should -Not -Throw
    }

    It 'leaves the default as it is with -NotDefault' {
        $repository = Connect-BackupRepository ./backup -Password $Password -NotDefault
        $repository.IsDefault | Should -BeFalse
        $problem = { Get-BackupSnapshot } | Should -Throw -PassThru
        Get-ErrorId $problem | Should -Be 'NoRepository'
        { Get-BackupSnapshot -Repository $repository } | Should -Not -Throw
    }

    It 'finds place and password in the environment' {
        $env:RESTIC_REPOSITORY = Join-Path -Path $Sandbox -ChildPath 'nowhere'
        $env:BACKUP_REPOSITORY = Join-Path -Path $Sandbox -ChildPath 'backup'
        $env:BACKUP_PASSWORD_FILE = Join-Path -Path $Sandbox -ChildPath 'password'
        try {
            (Connect-BackupRepository).Location | Should -Be $env:BACKUP_REPOSITORY
        }
        finally {
            $env:RESTIC_REPOSITORY = $env:BACKUP_REPOSITORY = $env:BACKUP_PASSWORD_FILE = $null
        }
    }

    It 'takes a credential as the password' {
        $credential = [pscredential]::new('nobody', $Password)
        (Connect-BackupRepository ./backup -Password $credential).IsConnected | Should -BeTrue
    }

    It 'refuses a password in plain text' {
        { Connect-BackupRepository ./backup -Password 'secret' } | Should -Throw '*SecureString*'
    }

    It 'says that the password is wrong' {
        $wrong = ConvertTo-SecureString -String 'wrong' -AsPlainText -Force
        $problem = { Connect-BackupRepository ./backup -Password $wrong } | Should -Throw -PassThru
        Get-ErrorId $problem | Should -Be 'PasswordIncorrect'
        $problem.CategoryInfo.Category | Should -Be 'AuthenticationError'
        $problem.ErrorDetails.RecommendedAction | Should -Not -BeNullOrEmpty
    }

    It 'says that there is no repository' {
        $problem = { Connect-BackupRepository ./nowhere -Password $Password } | Should -Throw -PassThru
        Get-ErrorId $problem | Should -Be 'RepositoryNotFound'
        $problem.CategoryInfo.Category | Should -Be 'ObjectNotFound'
    }

    It 'says that nobody can be asked for the password' {
        $output = pwsh -NoProfile -NonInteractive -Command "Import-Module -Name '$Manifest'; try { Connect-BackupRepository '$Sandbox/backup' } catch { `$_.FullyQualifiedErrorId }"
        $output[-1] | Should -BeLike 'PasswordRequired,*'
    }

    It 'shows no secret' {
        $repository = Connect-BackupRepository ./backup -Password $Password
        ($repository | Format-List -Property * | Out-String) + ($repository | ConvertTo-Json -Depth 3) | Should -Not -Match 'correct horse'
    }
}
