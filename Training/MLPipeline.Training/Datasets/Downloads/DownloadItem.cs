namespace MLPipeline.Training.Datasets.Downloads;

/// <summary>A file to fetch, pinned: nothing else is ever accepted under its name.</summary>
/// <param name="Name">Below each mirror, and in the folder it goes to.</param>
/// <param name="Length">Bytes.</param>
/// <param name="Sha256">Lower-case hexadecimal digits.</param>
internal sealed record DownloadItem(string Name, long Length, string Sha256);
