<#
.SYNOPSIS
Runs the tests of the module in this PowerShell.

.DESCRIPTION
Needs Pester 5.7 or newer on the module path, and the module staged by a build (dotnet build module/Backup.PowerShell).
Restic is used where it is on PATH; tests that need it are skipped otherwise. Each file gets a line, and what failed is shown in full;
what the tests themselves write is not shown.

.EXAMPLE
./run.ps1

.EXAMPLE
./run.ps1 -Name Invoke-Backup, Provider
#>
[CmdletBinding()]
param(
    # Gets three numbers: how many tests passed, failed and were skipped. A file of this name and .failures gets what failed, in short.
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
$passed = 0
$failed = 0
$skipped = 0
$failures = [Collections.Generic.List[string]]::new()
$console = [Console]::Out
foreach ($path in $Name -split ',' | ForEach-Object { Join-Path -Path $PSScriptRoot -ChildPath "$_.Tests.ps1" } | Get-Item | Sort-Object -Property FullName -Unique) {
    $configuration = New-PesterConfiguration
    $configuration.Run.Path = $path.FullName
    $configuration.Run.PassThru = $true
    $configuration.Run.Exit = $false
    $configuration.Output.Verbosity = 'None'
    try {
        # What -WhatIf says goes to the console and through no stream.
        [Console]::SetOut([IO.TextWriter]::Null)
        $result = Invoke-Pester -Configuration $configuration 2> $null 3> $null 4> $null 5> $null 6> $null
    }
    finally {
        [Console]::SetOut($console)
    }

    # A file that could not be read, or a block that failed before its tests, counts as one that failed.
    $bad = @($result.Failed) + @($result.FailedBlocks) + @($result.FailedContainers)
    $passed += $result.PassedCount
    $failed += $bad.Count
    $skipped += $result.SkippedCount + $result.NotRunCount
    $counts = "$($result.PassedCount) passed, $($bad.Count) failed, $($result.SkippedCount + $result.NotRunCount) skipped"
    $console.WriteLine("[$($bad.Count -gt 0 ? '-' : '+')] $($path.BaseName -replace '\.Tests$') $counts, $($result.Duration.TotalSeconds.ToString('F1', [cultureinfo]::InvariantCulture)) s")
    foreach ($each in $bad | Where-Object ErrorRecord) { # the tests of a block that failed have no error of their own
        $title = $each.psobject.Properties['ExpandedPath'] ? $each.ExpandedPath : $path.Name
        $console.WriteLine("  failed: $title")
        foreach ($record in $each.ErrorRecord) {
            $text = $record.psobject.Properties['DisplayErrorMessage'] ? "$($record.DisplayErrorMessage)`n$($record.DisplayStackTrace)" : "$record`n$($record.ScriptStackTrace)"
            $console.WriteLine(($text.Trim() -split '\r?\n' | ForEach-Object { "    $_" }) -join "`n")
        }

        $failures.Add("failed: $title")
        foreach ($line in "$($each.ErrorRecord[0])".Trim() -split '\r?\n' | Select-Object -First 3) {
            $failures.Add("    $line")
        }
    }
}

Write-Result -Passed $passed -Failed $failed -Skipped $skipped
if ($ResultFile) {
    Set-Content -LiteralPath "$ResultFile.failures" -Value $failures
}

exit ([Math]::Min($failed, 1))
