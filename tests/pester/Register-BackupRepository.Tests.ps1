BeforeAll {
    . $PSScriptRoot/common.ps1
    Enter-Sandbox
    New-TestRepository | Out-Null
    Invoke-Backup ./documents | Out-Null
    Disconnect-BackupRepository -All
}

AfterAll {
    Exit-Sandbox
}

Describe 'A registered repository' {
    It 'are used by their name' {
        Register-BackupRepository home ./backup -PasswordFile ./password
        @(Get-BackupSnapshot -Repository home).Count | Should -Be 1
        @(Get-BackupSnapshot -Repository HOME).Count | Should -Be 1
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
}
