BeforeAll {
    . $PSScriptRoot/common.ps1
}

Describe 'New-BackupRepository' {
    BeforeAll { Enter-Sandbox }
    AfterAll { Exit-Sandbox }

    It 'creates a repository and connects to it' {
        $repository = New-BackupRepository ./new -Password $Password
        $repository | Should -BeOfType 'Backup.PowerShell.Output.BackupRepository'
        $repository.IsConnected | Should -BeTrue
        $repository.IsDefault | Should -BeTrue
        $repository.Id.Length | Should -Be 64
        $repository.FormatVersion | Should -Be 2
        $repository.Location | Should -Be (Join-Path -Path $Sandbox -ChildPath 'new')
    }

    It 'takes paths of PowerShell, drives included' {
        New-PSDrive -Name Box -PSProvider FileSystem -Root $Sandbox -Scope Script | Out-Null
        (New-BackupRepository Box:/drive -Password $Password).Location | Should -Be (Join-Path -Path $Sandbox -ChildPath 'drive')
        Remove-PSDrive -Name Box
    }

    It 'never overwrites one' {
        $problem = { New-BackupRepository ./new -Password $Password } | Should -Throw -PassThru
        Get-ErrorId $problem | Should -Be 'RepositoryExists'
        $problem.CategoryInfo.Category | Should -Be 'ResourceExists'
    }

    It 'creates nothing with -WhatIf' {
        New-BackupRepository ./whatif -Password $Password -WhatIf | Should -BeNullOrEmpty
        'whatif' | Should -Not -Exist
    }

    It 'can write version 1' {
        (New-BackupRepository ./old -Password $Password -FormatVersion 1 -NotDefault).FormatVersion | Should -Be 1
    }

    It 'can share the way files are cut' {
        $first = New-BackupRepository ./first -Password $Password -NotDefault
        $second = New-BackupRepository ./second -Password $Password -CopyChunkerFrom $first
        [IO.File]::WriteAllBytes("$Sandbox/large", [Security.Cryptography.RandomNumberGenerator]::GetBytes(3MB))
        $one = Invoke-Backup ./large -Repository $first
        $two = Invoke-Backup ./large -Repository $second -Time $one.Snapshot.Time
        $two.Snapshot.TreeId | Should -Be $one.Snapshot.TreeId
    }

    It 'refuses a path that is not of the file system' {
        $problem = { New-BackupRepository Env:/repository -Password $Password } | Should -Throw -PassThru
        Get-ErrorId $problem | Should -Be 'PathNotFileSystem'
    }
}

Describe 'Connect- and Disconnect-BackupRepository' {
    BeforeAll {
        Enter-Sandbox
        New-TestRepository | Out-Null
    }
    AfterAll { Exit-Sandbox }
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

    It 'closes connections that are piped in' {
        $repository = Connect-BackupRepository ./backup -Password $Password
        $repository | Disconnect-BackupRepository
        $repository.IsConnected | Should -BeFalse
        $problem = { Get-BackupSnapshot -Repository $repository } | Should -Throw -PassThru
        Get-ErrorId $problem | Should -BeIn 'PasswordRequired', 'RepositoryClosed'
    }

    It 'says that nothing is connected' {
        Disconnect-BackupRepository -ErrorAction SilentlyContinue -ErrorVariable problems
        Get-ErrorId $problems[0] | Should -Be 'NotConnected'
    }

    It 'shows no secret' {
        $repository = Connect-BackupRepository ./backup -Password $Password
        ($repository | Format-List -Property * | Out-String) + ($repository | ConvertTo-Json -Depth 3) | Should -Not -Match 'correct horse'
    }
}

Describe 'Registered repositories' {
    BeforeAll {
        Enter-Sandbox
        New-TestRepository | Out-Null
        Invoke-Backup ./documents | Out-Null
        Disconnect-BackupRepository -All
    }
    AfterAll { Exit-Sandbox }

    It 'are used by their name' {
        Register-BackupRepository home ./backup -PasswordFile ./password
        @(Get-BackupSnapshot -Repository home).Count | Should -Be 1
        @(Get-BackupSnapshot -Repository HOME).Count | Should -Be 1
    }

    It 'are listed, and connected when they are needed' {
        $repository = Get-BackupRepository home
        $repository.IsConnected | Should -BeFalse
        @(Get-BackupSnapshot -Repository $repository).Count | Should -Be 1
    }

    It 'are connected by their name' {
        $repository = Connect-BackupRepository home
        $repository.Name | Should -Be 'home'
        @(Get-BackupRepository home).Count | Should -Be 1
        (Get-BackupRepository home).IsConnected | Should -BeTrue
        Disconnect-BackupRepository home
    }

    It 'take their password from a program' -Skip:($IsWindows) {
        Register-BackupRepository program ./backup -PasswordCommand "cat '$Sandbox/password'"
        @(Get-BackupSnapshot -Repository program).Count | Should -Be 1
    }

    It 'take their password from a vault' {
        $module = New-Item -ItemType Directory -Path "$Sandbox/modules/Microsoft.PowerShell.SecretManagement"
        Set-Content -LiteralPath "$module/Microsoft.PowerShell.SecretManagement.psm1" -Value @'
function Get-Secret { param($Name, $Vault) if ($Name -eq 'restic-home' -and $Vault -eq 'v') { ConvertTo-SecureString 'correct horse battery staple' -AsPlainText -Force } else { throw "There is no secret $Name." } }
'@
        $saved = $env:PSModulePath
        $env:PSModulePath = "$Sandbox/modules" + [IO.Path]::PathSeparator + $saved
        try {
            Register-BackupRepository vault ./backup -SecretName restic-home -Vault v
            @(Get-BackupSnapshot -Repository vault).Count | Should -Be 1
            Register-BackupRepository vault2 ./backup -SecretName other
            $problem = { Get-BackupSnapshot -Repository vault2 } | Should -Throw -PassThru
            Get-ErrorId $problem | Should -Be 'SecretUnavailable'
        }
        finally {
            Remove-Module -Name Microsoft.PowerShell.SecretManagement -ErrorAction Ignore
            $env:PSModulePath = $saved
        }
    }

    It 'are not replaced by accident' {
        $problem = { Register-BackupRepository home ./other } | Should -Throw -PassThru
        Get-ErrorId $problem | Should -Be 'NameTaken'
        (Register-BackupRepository home ./other -Force -PassThru).Location | Should -Be (Join-Path -Path $Sandbox -ChildPath 'other')
    }

    It 'have names that are no locations' {
        $problem = { Register-BackupRepository ./x ./backup } | Should -Throw -PassThru
        Get-ErrorId $problem | Should -Be 'NameInvalid'
    }

    It 'hold no secrets' {
        $problem = { Register-BackupRepository web 'rest:https://user:pw@host/' } | Should -Throw -PassThru
        Get-ErrorId $problem | Should -Be 'LocationHasSecret'
        Get-Content -LiteralPath "$env:XDG_CONFIG_HOME/Backup/repositories.json" -Raw | Should -Not -Match 'correct horse'
    }

    It 'are completed' {
        $text = 'Get-BackupSnapshot -Repository ho'
        (TabExpansion2 -inputScript $text -cursorColumn $text.Length).CompletionMatches.CompletionText | Should -Contain 'home'
    }

    It 'are forgotten' {
        Get-BackupRepository | Where-Object IsConnected -EQ $false | Unregister-BackupRepository
        Get-BackupRepository | Should -BeNullOrEmpty
        Unregister-BackupRepository home -ErrorAction SilentlyContinue -ErrorVariable problems
        Get-ErrorId $problems[0] | Should -Be 'RepositoryNotFound'
    }
}
