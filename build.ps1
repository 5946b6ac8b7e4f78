<#
.SYNOPSIS
Builds, checks and tests the solution.

.DESCRIPTION
A thin layer over dotnet. Without a task it does what has to hold before a change is handed in: format check, build, tests.

.EXAMPLE
./build.ps1

.EXAMPLE
./build.ps1 -Task Test -Filter 'FullyQualifiedName~Chunker'

.EXAMPLE
./build.ps1 -Task Publish -Repository ~/packages

Packs the module and puts the package into a folder, from which others install it:
Register-PSResourceRepository -Name Mine -Uri ~/packages; Install-PSResource -Name Backup -Repository Mine -Prerelease
#>
[CmdletBinding()]
param(
    # All: Format, Build, Test. TestSlow: what takes minutes. Pester: the module in this PowerShell. Analyze: the scripts.
    # Docs: the syntax in the pages of help. Package: the module as a package in out/. Publish: that package into -Repository.
    # CommandLine: backup-sidecar as one folder in out/.
    [ValidateSet('All', 'Build', 'Test', 'TestSlow', 'Pester', 'Analyze', 'Docs', 'Package', 'Publish', 'CommandLine', 'Format', 'Clean')]
    [string] $Task = 'All',

    [ValidateSet('Debug', 'Release')]
    [string] $Configuration = 'Release',

    # Which tests, in the syntax of dotnet test --filter.
    [string] $Filter = '',

    # Where -Task Publish puts the package: a folder, or the address of a feed, such as the PowerShell Gallery's. A feed's key is
    # taken from the variable NUGET_API_KEY.
    [string] $Repository = ''
)

Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'
$solution = Join-Path $PSScriptRoot 'Backup.sln'

function Invoke-Dotnet {
    param([Parameter(Mandatory)] [string[]] $Arguments)

    Write-Host "dotnet $Arguments"
    & dotnet @Arguments
    if ($LASTEXITCODE -ne 0) {
        throw "dotnet $($Arguments[0]) ended with $LASTEXITCODE."
    }
}

function Invoke-Build {
    Invoke-Dotnet -Arguments @('build', $solution, '-c', $Configuration, '-warnaserror', '-nologo')
}

function Invoke-Test {
    param([string] $Chosen)

    $arguments = @('test', $solution, '-c', $Configuration, '--no-build', '--nologo')
    if ($Chosen) {
        $arguments += @('--filter', $Chosen)
    }

    Invoke-Dotnet -Arguments $arguments
}

function Invoke-Package {
    $project = Join-Path $PSScriptRoot 'module/Backup.PowerShell/Backup.PowerShell.csproj'
    Invoke-Dotnet -Arguments @('pack', $project, '-c', $Configuration, '-nologo')
}

switch ($Task) {
    'All' {
        Invoke-Dotnet -Arguments @('format', $solution, '--verify-no-changes')
        Invoke-Build
        Invoke-Test -Chosen $Filter
    }
    'Build' { Invoke-Build }
    'Test' {
        Invoke-Build
        Invoke-Test -Chosen $Filter
    }
    'TestSlow' {
        Invoke-Build
        Invoke-Test -Chosen 'Category=Slow'
    }
    'Pester' {
        Invoke-Build
        & (Join-Path $PSScriptRoot 'tests/pester/run.ps1')
    }
    'Analyze' {
        if (-not (Get-Module -Name PSScriptAnalyzer -ListAvailable)) {
            throw 'PSScriptAnalyzer is not installed, so no script was looked at: Install-PSResource -Name PSScriptAnalyzer'
        }

        $settings = Join-Path $PSScriptRoot '.config/PSScriptAnalyzerSettings.psd1'
        $found = foreach ($path in 'build.ps1', 'module', 'tests/pester') {
            Invoke-ScriptAnalyzer -Path (Join-Path $PSScriptRoot $path) -Recurse -Settings $settings
        }

        $found | Format-Table -Property RuleName, ScriptName, Line, Message -Wrap
        if ($found) {
            throw "PSScriptAnalyzer found $(@($found).Count) problems."
        }
    }
    'Docs' {
        Invoke-Build
        $name = $Configuration.ToLowerInvariant()
        Invoke-Dotnet -Arguments @(
            'exec', (Join-Path $PSScriptRoot "artifacts/bin/HelpBuilder/$name/Backup.HelpBuilder.dll"),
            (Join-Path $PSScriptRoot "artifacts/bin/Backup.PowerShell/$name/Backup.PowerShell.dll"),
            (Join-Path $PSScriptRoot 'module/help/en-US'), '--update')
    }
    'Package' { Invoke-Package }
    'Publish' {
        if (-not $Repository) {
            throw 'Publish where? -Repository takes a folder, or the address of a feed.'
        }

        Invoke-Package
        $package = Get-ChildItem -Path (Join-Path $PSScriptRoot 'out/Backup.*.nupkg') | Sort-Object -Property LastWriteTime | Select-Object -Last 1
        $isFeed = $Repository -match '^https?://'
        if (-not $isFeed) {
            $Repository = (New-Item -ItemType Directory -Path $Repository -Force).FullName
        }

        $arguments = @('nuget', 'push', $package.FullName, '--source', $Repository)
        if ($isFeed -and $env:NUGET_API_KEY) {
            Write-Host "dotnet $arguments --api-key ..." # the key is not for the log
            & dotnet @arguments --api-key $env:NUGET_API_KEY
            if ($LASTEXITCODE -ne 0) {
                throw "dotnet nuget ended with $LASTEXITCODE."
            }
        }
        else {
            Invoke-Dotnet -Arguments $arguments
        }
    }
    'CommandLine' {
        $project = Join-Path $PSScriptRoot 'sidecar/Backup.Sidecar/Backup.Sidecar.csproj'
        Invoke-Dotnet -Arguments @('publish', $project, '-c', 'Release', '-o', (Join-Path $PSScriptRoot 'out/backup-sidecar'), '-nologo')
    }
    'Format' { Invoke-Dotnet -Arguments @('format', $solution) }
    'Clean' {
        foreach ($name in 'artifacts', 'out') {
            $folder = Join-Path $PSScriptRoot $name
            if (Test-Path -LiteralPath $folder) {
                Remove-Item -LiteralPath $folder -Recurse -Force
            }
        }
    }
}
