<#
.SYNOPSIS
Builds, checks and tests the solution.

.DESCRIPTION
A thin layer over dotnet. Without a task it does what has to hold before a change is handed in: format check, build, tests.

.EXAMPLE
./build.ps1

.EXAMPLE
./build.ps1 -Task Test -Filter 'FullyQualifiedName~Chunker'
#>
[CmdletBinding()]
param(
    # All: Format, Build, Test. TestSlow: what takes minutes. Publish: the command line as one folder in out/.
    # Pester: the module in this PowerShell. Analyze: its scripts. Docs: the syntax in the pages of help. Package: the module as a package.
    [ValidateSet('All', 'Build', 'Test', 'TestSlow', 'Pester', 'Analyze', 'Docs', 'Package', 'Format', 'Publish', 'Clean')]
    [string] $Task = 'All',

    [ValidateSet('Debug', 'Release')]
    [string] $Configuration = 'Release',

    # Which tests, in the syntax of dotnet test --filter.
    [string] $Filter = ''
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
        foreach ($folder in 'module', 'tests/pester') {
            Invoke-ScriptAnalyzer -Path (Join-Path $PSScriptRoot $folder) -Recurse -EnableExit
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
    'Package' {
        Invoke-Dotnet -Arguments @('build', (Join-Path $PSScriptRoot 'module/Backup.PowerShell'), '-c', 'Release', '-nologo')
        $module = Get-ChildItem -Path (Join-Path $PSScriptRoot 'out/Backup') -Directory | Sort-Object Name | Select-Object -Last 1
        Compress-PSResource -Path $module.FullName -DestinationPath (Join-Path $PSScriptRoot 'out')
    }
    'Format' { Invoke-Dotnet -Arguments @('format', $solution) }
    'Publish' {
        $project = Join-Path $PSScriptRoot 'sidecar/Backup.Sidecar/Backup.Sidecar.csproj'
        $target = Join-Path $PSScriptRoot 'out'
        Invoke-Dotnet -Arguments @('publish', $project, '-c', 'Release', '-o', $target, '-nologo')
    }
    'Clean' {
        foreach ($name in 'artifacts', 'out') {
            $folder = Join-Path $PSScriptRoot $name
            if (Test-Path -LiteralPath $folder) {
                Remove-Item -LiteralPath $folder -Recurse -Force
            }
        }
    }
}
