using MLPipeline.Training.Datasets;
using MLPipeline.Training.Tests.Datasets.Fixtures;

namespace MLPipeline.Training.Tests.Datasets;

public sealed class FashionMnistTests : IDisposable
{
    private readonly DataFolder _folder = new();
    private readonly DataFolder _cache = new();
    private readonly Lines _lines = [];

    public void Dispose()
    {
        _folder.Dispose();
        _cache.Dispose();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Reads_the_folder_it_is_given(bool packed)
    {
        _folder.WithImages(train: 30, test: 20, packed);

        using var data = await LoadAsync(Nowhere() with { Folder = _folder.Path });

        Assert.Equal((30, 20, false), (data.Train.Count, data.Test.Count, data.IsSample));
        Assert.Equal(7, data.Train.Labels[17].item<long>());
        Assert.Equal(7, data.Train.Images[17, 0, 27, 27].item<byte>());
        Assert.StartsWith($"{_folder.Path} (not the published", data.Origin, StringComparison.Ordinal);
        Assert.Empty(_lines);
    }

    [Fact]
    public async Task Names_what_is_missing_in_the_folder_it_is_given()
    {
        _folder.WithImages(train: 30, test: 20);
        File.Delete(_folder.File("train-labels-idx1-ubyte.gz"));
        File.Delete(_folder.File("t10k-images-idx3-ubyte.gz"));

        var error = await Assert.ThrowsAsync<DatasetException>(() => LoadAsync(Nowhere() with { Folder = _folder.Path }));

        Assert.StartsWith($"{_folder.Path}: ", error.Message, StringComparison.Ordinal);
        Assert.Contains("missing here: t10k-images-idx3-ubyte.gz, train-labels-idx1-ubyte.gz.", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Refuses_a_folder_that_is_not_there()
    {
        var error = await Assert.ThrowsAsync<DatasetException>(() => LoadAsync(Nowhere() with { Folder = _folder.File("absent") }));

        Assert.Equal($"{_folder.File("absent")}: there is no such folder.", error.Message);
    }

    [Fact]
    public async Task Refuses_as_many_labels_as_there_are_not_images()
    {
        _folder.WithImages(train: 30, test: 20);
        var labels = _folder.Write("train-labels-idx1-ubyte.gz", DataFolder.Gzip(DataFolder.Idx(new byte[29], 29)));

        var error = await Assert.ThrowsAsync<DatasetException>(() => LoadAsync(Nowhere() with { Folder = _folder.Path }));

        Assert.Equal((labels, 4), (error.DataSource, error.Offset));
        Assert.Contains("29 labels", error.Message, StringComparison.Ordinal);
        Assert.Contains("30 images", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Refuses_images_of_another_size()
    {
        _folder.WithImages(train: 30, test: 20);
        var images = _folder.Write("t10k-images-idx3-ubyte.gz", DataFolder.Gzip(DataFolder.Idx(new byte[20 * 28 * 27], 20, 28, 27)));

        var error = await Assert.ThrowsAsync<DatasetException>(() => LoadAsync(Nowhere() with { Folder = _folder.Path }));

        Assert.Equal((images, 12), (error.DataSource, error.Offset));
    }

    [Fact]
    public async Task Takes_the_folder_of_the_environment_variable_at_its_word()
    {
        var options = Nowhere() with { EnvironmentVariable = name => name == "MLPIPELINE_DATA" ? _folder.Path : null };

        var error = await Assert.ThrowsAsync<DatasetException>(() => LoadAsync(options));
        Assert.StartsWith($"MLPIPELINE_DATA={_folder.Path}: ", error.Message, StringComparison.Ordinal);

        _folder.WithImages(train: 10, test: 10);
        using var data = await LoadAsync(options);
        Assert.Equal(10, data.Train.Count);
    }

    [Fact]
    public async Task Takes_the_sample_and_says_so_when_nothing_is_at_hand()
    {
        await using var offline = LoopbackServer.Always(Answers.Status(503));

        using var data = await LoadAsync(Nowhere() with { AllowDownload = true, Mirrors = [offline.Address] });

        Assert.True(data.IsSample);
        Assert.Contains("taking the embedded sample", _lines[^1], StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFiles(_cache.Path));
    }

    [Fact]
    public async Task Passes_over_a_cache_that_holds_something_else()
    {
        _cache.WithImages(train: 30, test: 20);

        using var data = await LoadAsync(Nowhere());

        Assert.True(data.IsSample);
        Assert.StartsWith($"{_cache.Path}: passed over", _lines[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Passes_over_a_cache_that_is_damaged()
    {
        _cache.WithImages(train: 30, test: 20);
        File.WriteAllBytes(_cache.File("t10k-labels-idx1-ubyte.gz"), [0x1f, 0x8b]);

        using var data = await LoadAsync(Nowhere());

        Assert.True(data.IsSample);
        Assert.StartsWith(_cache.File("t10k-labels-idx1-ubyte.gz"), _lines[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Takes_the_sample_when_the_cache_cannot_be_written()
    {
        await using var server = LoopbackServer.Always(Answers.Status(404));
        var file = _folder.Write("a-file", []);

        using var data = await LoadAsync(Nowhere() with { AllowDownload = true, Mirrors = [server.Address], CacheFolder = Path.Combine(file, "cache") });

        Assert.True(data.IsSample);
        Assert.Contains("the download cannot be kept there", _lines[0], StringComparison.Ordinal);
        Assert.Empty(server.Requests);
    }

    [Fact]
    public async Task Downloads_the_published_files_once()
    {
        WholeSet.Require();
        await using var server = LoopbackServer.Always((request, connection, stop) =>
            Answers.File(WholeSet.AsPublished(FashionMnistFile.All.Single(file => file.ArchiveName == request.Name)))(request, connection, stop));
        var options = Nowhere() with { AllowDownload = true, Mirrors = [server.Address] };

        using (var downloaded = await LoadAsync(options))
            Assert.Equal((60_000, 10_000, false, _cache.Path), (downloaded.Train.Count, downloaded.Test.Count, downloaded.IsSample, downloaded.Origin));
        Assert.Equal(4, server.Requests.Count);
        Assert.Contains("train-images-idx3-ubyte.gz: 25.2 of 26.4 MB", _lines);

        // Found in the cache now. Half-way lost, only what is lost comes again.
        File.Delete(_cache.File("t10k-labels-idx1-ubyte.gz"));
        using var again = await LoadAsync(options);
        Assert.Equal("t10k-labels-idx1-ubyte.gz", server.Requests[^1].Name);
        Assert.Equal(5, server.Requests.Count);
    }

    [Fact]
    public async Task Finds_what_a_package_manager_installed()
    {
        WholeSet.Require();

        using var data = await LoadAsync(Nowhere() with { InstalledFolders = [_folder.Path, WholeSet.Folder] });

        Assert.Equal((60_000, WholeSet.Folder), (data.Train.Count, data.Origin));
        // Published facts: every class as often, and the mean pixel 0.2860 of full scale.
        Assert.Equal(Enumerable.Repeat(6_000L, 10), data.Train.Labels.bincount(null).data<long>());
        Assert.Equal(0.2860, data.Train.Images.to(TorchSharp.torch.float64).mean().item<double>() / 255, 4);
    }

    public static TheoryData<FashionMnistOptions> Illegal =>
    [
        new FashionMnistOptions { Folder = "x", UseSample = true },
        new FashionMnistOptions { CacheFolder = " " },
        new FashionMnistOptions { ConnectTimeout = TimeSpan.Zero },
        new FashionMnistOptions { StallTimeout = TimeSpan.FromDays(1) },
        new FashionMnistOptions { Mirrors = [new Uri("ftp://a/")] },
        new FashionMnistOptions { Mirrors = [new Uri("http://a/b")] },
    ];

    [Theory]
    [MemberData(nameof(Illegal))]
    public async Task Refuses_options_outside_their_range(FashionMnistOptions options) =>
        await Assert.ThrowsAnyAsync<ArgumentException>(() => LoadAsync(options));

    private FashionMnistOptions Nowhere() =>
        new() { CacheFolder = _cache.Path, InstalledFolders = [], AllowDownload = false, EnvironmentVariable = _ => null };

    private Task<ImageSplit> LoadAsync(FashionMnistOptions options) =>
        FashionMnist.LoadAsync(options, _lines, TestContext.Current.CancellationToken);
}
