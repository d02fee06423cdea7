using MLPipeline.Training.Datasets.Downloads;

namespace MLPipeline.Training.Datasets;

/// <summary>Brings the published files into the cache folder, those that are not there yet.</summary>
internal static class FashionMnistDownload
{
    /// <returns>Whether all four are there now; when not, <paramref name="progress"/> was told why.</returns>
    public static async Task<bool> RunAsync(FashionMnistOptions options, IProgress<string>? progress, CancellationToken cancellationToken)
    {
        using var download = new ResumableDownload(options, progress);
        try
        {
            Directory.CreateDirectory(options.CacheFolder);
            foreach (var file in FashionMnistFile.All)
            {
                var item = new DownloadItem(file.ArchiveName, file.ArchiveLength, file.ArchiveSha256);
                await download.FetchAsync(item, options.CacheFolder, cancellationToken).ConfigureAwait(false);
            }
            return true;
        }
        catch (DownloadException e)
        {
            progress?.Report(e.Message);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            progress?.Report($"{options.CacheFolder}: the download cannot be kept there: {e.Message}");
        }
        return false;
    }
}
