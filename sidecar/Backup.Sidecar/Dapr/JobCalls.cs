namespace Backup.Sidecar.Dapr;

/// <summary>The jobs API: stable since Dapr 1.18, alpha before. Which it is, is found out once.</summary>
internal sealed class JobCalls(DaprHttp http)
{
    private volatile bool _isAlpha;

    public async Task ScheduleAsync(string jobName, DaprJob job, CancellationToken cancellationToken)
    {
        if (job.Schedule is null && job.DueTime is null)
        {
            throw new ArgumentException($"The job {jobName} has neither a schedule nor a time.", nameof(job));
        }

        await SendAsync(
            $"schedule the job {jobName}",
            jobName,
            new DaprHttpCall { Method = HttpMethod.Post, Path = "", Body = JobDocument.Write(job), IsRepeatable = job.Overwrite },
            cancellationToken);
    }

    public async Task<DaprJob?> GetAsync(string jobName, CancellationToken cancellationToken)
    {
        string what = $"read the job {jobName}";
        try
        {
            DaprAnswer answer = await SendAsync(what, jobName, DaprHttpCall.Get(""), cancellationToken);
            return DaprJson.Read(what, answer.Body, document => JobDocument.Read(document.RootElement));
        }
        catch (DaprException exception) when (exception.IsMissingJob)
        {
            return null;
        }
    }

    public Task DeleteAsync(string jobName, CancellationToken cancellationToken) =>
        SendAsync(
            $"remove the job {jobName}",
            jobName,
            new DaprHttpCall { Method = HttpMethod.Delete, Path = "", IsRepeatable = true },
            cancellationToken);

    private async Task<DaprAnswer> SendAsync(string what, string jobName, DaprHttpCall call, CancellationToken cancellationToken)
    {
        string name = DaprHttp.Segment(jobName);
        if (!_isAlpha)
        {
            try
            {
                return await http.SendAsync(what, call with { Path = $"v1.0/jobs/{name}" }, cancellationToken);
            }
            catch (DaprException exception) when (exception.IsUnknownApi)
            {
                _isAlpha = true;
            }
        }

        return await http.SendAsync(what, call with { Path = $"v1.0-alpha1/jobs/{name}" }, cancellationToken);
    }
}
