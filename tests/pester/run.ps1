<#
.SYNOPSIS
Runs the tests of the module in this PowerShell.

.DESCRIPTION
Needs Pester 5.7 or newer on the module path, and the module staged by a build (dotnet build module/Backup.PowerShell).
Restic is used where it is on PATH; tests that need it are skipped otherwise.

.EXAMPLE
./run.ps1

.EXAMPLE
./run.ps1 -Name Invoke-Backup, Provider
#>
[CmdletBinding()]
param(
    # Gets three numbers: how many tests passed, failed and were skipped.
    [string] $ResultFile,

    # Only the files of these names, such as Invoke-Backup.
    [string[]] $Name = @('*')
)

Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'

function Write-Result {
    param([int] $Passed, [int] $Failed, [int] $Skipped)

    if ($ResultFile) {
        Set-Content -LiteralPath $ResultFile -Value "$Passed $Failed $Skipped"
    }
}

$pester = Get-Module -ListAvailable -Name Pester | Where-Object Version -GE '5.7.0' | Sort-Object Version -Descending | Select-Object -First 1
if (-not $pester) {
    Write-Host 'Pester 5.7 or newer is not on the module path: nothing was tested.'
    Write-Result -Passed 0 -Failed 1 -Skipped 0
    exit 1
}

Import-Module -Name $pester.Path
$paths = foreach ($each in $Name -split ',') { Join-Path -Path $PSScriptRoot -ChildPath "$each.Tests.ps1" }
$configuration = New-PesterConfiguration
$configuration.Run.Path = $paths
$configuration.Run.PassThru = $true
$configuration.Run.Exit = $false
$configuration.Output.Verbosity = 'Normal'
$result = Invoke-Pester -Configuration $configuration

# A file that could not be read, or a block that failed before its tests, counts as one that failed.
$failed = $result.FailedCount + $result.FailedContainersCount + $result.FailedBlocksCount
Write-Result -Passed $result.PassedCount -Failed $failed -Skipped ($result.SkippedCount + $result.NotRunCount)
exit ([Math]::Min($failed, 1))
