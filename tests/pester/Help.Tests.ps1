BeforeDiscovery {
    . $PSScriptRoot/common.ps1
    $commands = (Get-Command -Module Backup).Name | ForEach-Object { @{ Name = $_ } }
    $topics = Get-ChildItem -Path (Join-Path -Path (Split-Path -Parent -Path $Manifest) -ChildPath 'en-US/about_*') |
        ForEach-Object { @{ Topic = $_.Name -replace '\.help\.txt$' } }
    $examples = foreach ($page in Get-ChildItem -Path (Join-Path -Path $Root -ChildPath 'module/help/en-US/*-*.md')) {
        $number = 0
        foreach ($match in [regex]::Matches((Get-Content -LiteralPath $page.FullName -Raw), '(?ms)^### Example \d+: (?<title>[^\n]+)\n\n```powershell(?<norun> norun)?\n(?<code>.*?)\n```')) {
            $number++
            @{ Command = $page.BaseName; Number = $number; Title = $match.Groups['title'].Value; Code = $match.Groups['code'].Value; NoRun = $match.Groups['norun'].Success }
        }
    }
}

BeforeAll {
    . $PSScriptRoot/common.ps1
}

Describe 'The help of <Name>' -ForEach $commands {
    BeforeAll {
        $help = Get-Help -Name $Name -Full
    }

    It 'explains it' {
        $help.Synopsis | Should -Not -Match '^\s*$'
        $help.Synopsis | Should -Not -Match "^$Name "
        ($help.Description | Out-String).Trim() | Should -Not -BeNullOrEmpty
    }

    It 'has examples' {
        @($help.examples.example).Count | Should -BeGreaterOrEqual 2
    }

    It 'explains every parameter' {
        $common = [Management.Automation.PSCmdlet]::CommonParameters + [Management.Automation.PSCmdlet]::OptionalCommonParameters
        $texts = @{}
        foreach ($parameter in $help.parameters.parameter) {
            $texts[$parameter.name] = ($parameter.description | Out-String).Trim()
        }

        foreach ($parameter in (Get-Command -Name $Name).Parameters.Keys | Where-Object { $_ -notin $common }) {
            $texts[$parameter] | Should -Not -BeNullOrEmpty -Because "-$parameter needs a description"
        }
    }
}

Describe 'The topic <Topic>' -ForEach $topics {
    It 'is found' {
        Get-Help -Name $Topic | Out-String | Should -Match $Topic
    }
}

Describe 'The examples' {
    BeforeAll {
        Enter-Sandbox
        New-TestRepository | Out-Null
        Invoke-Backup ./documents -Tag daily | Out-Null
        Add-Content -LiteralPath documents/report.txt -Value 'third line'
        Invoke-Backup ./documents -Tag daily, test | Out-Null
        Disconnect-BackupRepository -All
        $pristine = "$Sandbox-pristine"
        Copy-Item -LiteralPath $Sandbox -Destination $pristine -Recurse
    }

    AfterAll {
        Exit-Sandbox
        Remove-Item -LiteralPath $pristine -Recurse -Force
    }

    BeforeEach {
        Get-ChildItem -LiteralPath $Sandbox -Force | Remove-Item -Recurse -Force
        Copy-Item -Path "$pristine/*" -Destination $Sandbox -Recurse
        $env:BACKUP_REPOSITORY = Join-Path -Path $Sandbox -ChildPath 'backup'
        $env:BACKUP_PASSWORD_FILE = Join-Path -Path $Sandbox -ChildPath 'password'
        Connect-BackupRepository | Out-Null
    }

    AfterEach {
        Set-Location -LiteralPath $Sandbox
        Get-PSDrive -PSProvider Backup -ErrorAction Ignore | Remove-PSDrive -Force
        Disconnect-BackupRepository -All
    }

    It 'of <Command> number <Number>, «<Title>», runs' -ForEach $examples {
        if ($NoRun) {
            Set-ItResult -Skipped -Because 'it needs what a test machine does not have'
            return
        }

        $output = & ([scriptblock]::Create($Code)) 2>&1
        @($output | Where-Object { $_ -is [Management.Automation.ErrorRecord] }) | Should -BeNullOrEmpty
    }
}
