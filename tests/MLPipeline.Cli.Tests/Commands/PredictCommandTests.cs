using System.Text.Json;
using MLPipeline.Cli.Images;
using MLPipeline.Cli.Tests.Fixtures;
using MLPipeline.Models;

namespace MLPipeline.Cli.Tests.Commands;

public sealed class PredictCommandTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly string _model;

    public PredictCommandTests() => _model = BrightnessModel.Save(_folder["brightness.onnx"]);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Each_picture_gets_its_class_and_probability_in_the_order_given()
    {
        var outcome = await Shell.RunAsync("predict", "--model", _model, Gray(220, "light.png"), Gray(30, "night.png"), "--json");

        Assert.Equal(ExitCode.Ok, outcome.ExitCode);
        var answers = outcome.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement).ToList();
        Assert.Equal(["bright", "dark"], answers.Select(answer => answer.GetProperty("label").GetString()));
        Assert.EndsWith("light.png", answers[0].GetProperty("file").GetString());
        // The logits are 7.2549 apart from 0 on both sides.
        Assert.Equal(1 / (1 + Math.Exp(-2 * 7.2549)), answers[0].GetProperty("probability").GetDouble(), 1e-5);
        Assert.Equal(2, answers[0].GetProperty("top").GetArrayLength());
    }

    [Fact]
    public async Task Inverting_turns_bright_into_dark()
    {
        var outcome = await Shell.RunAsync("predict", "--model", _model, Gray(220, "light.png"), "--invert", "--top", "1");

        Assert.Contains("dark", outcome.Output);
        Assert.DoesNotContain("bright", outcome.Output);
    }

    [Fact]
    public async Task A_light_ground_brings_the_advice_to_invert()
    {
        Assert.Contains("--invert", (await Shell.RunAsync("predict", "--model", _model, Gray(220, "light.png"))).Error);
        Assert.Empty((await Shell.RunAsync("predict", "--model", _model, Gray(20, "night.png"))).Error);
    }

    [Fact]
    public async Task A_file_that_is_no_picture_is_named()
    {
        var text = _folder["notes.png"];
        await File.WriteAllTextAsync(text, "not a picture", TestContext.Current.CancellationToken);

        Shell.AssertFails(await Shell.RunAsync("predict", "--model", _model, text), ExitCode.Error, "notes.png", "not a picture");
    }

    [Fact]
    public async Task A_picture_cut_short_is_named()
    {
        var whole = await File.ReadAllBytesAsync(Gray(128, "whole.png"), TestContext.Current.CancellationToken);
        await File.WriteAllBytesAsync(_folder["half.png"], whole[..(whole.Length / 2)], TestContext.Current.CancellationToken);

        Shell.AssertFails(await Shell.RunAsync("predict", "--model", _model, _folder["half.png"]), ExitCode.Error, "half.png");
    }

    [Fact]
    public async Task A_folder_is_no_picture() =>
        Shell.AssertFails(await Shell.RunAsync("predict", "--model", _model, _folder.Path), ExitCode.Error, "it is a folder");

    [Fact]
    public async Task A_missing_picture_is_named() =>
        Shell.AssertFails(await Shell.RunAsync("predict", "--model", _model, "/nowhere/shoe.png"), ExitCode.Error, "/nowhere/shoe.png", "no file");

    [Fact]
    public async Task A_damaged_model_is_named()
    {
        var bytes = await File.ReadAllBytesAsync(_model, TestContext.Current.CancellationToken);
        await File.WriteAllBytesAsync(_folder["damaged.onnx"], bytes[..(bytes.Length / 2)], TestContext.Current.CancellationToken);

        Shell.AssertFails(await Shell.RunAsync("predict", "--model", _folder["damaged.onnx"], Gray(1, "a.png")), ExitCode.Error, "damaged.onnx");
        Shell.AssertFails(await Shell.RunAsync("inspect", _folder["damaged.onnx"]), ExitCode.Error, "damaged.onnx");
        Shell.AssertFails(await Shell.RunAsync("evaluate", "--sample", "--model", _folder["damaged.onnx"]), ExitCode.Error, "damaged.onnx");
    }

    [Fact]
    public async Task A_missing_model_comes_with_the_way_to_make_it()
    {
        Shell.AssertFails(await Shell.RunAsync("predict", "--model", "/nowhere/model.onnx", Gray(1, "a.png")), ExitCode.Error, "/nowhere/model.onnx");
        var absent = ModelCatalog.Entries.Select(e => e.Name).FirstOrDefault(n => !File.Exists(Path.Combine("artifacts", n, $"{n}.onnx")));
        if (absent is not null) // every network may have been run in this folder
            Shell.AssertFails(await Shell.RunAsync("predict", "--model", absent, Gray(1, "a.png")), ExitCode.Error, $"mlpipeline run --model {absent}");
        Shell.AssertFails(await Shell.RunAsync("predict", "--model", "resnet19", Gray(1, "a.png")), ExitCode.Usage, "resnet19", "resnet18");
    }

    [Fact]
    public async Task Evaluating_on_images_of_another_size_gives_both_sizes() =>
        Shell.AssertFails(await Shell.RunAsync("evaluate", "--sample", "--model", _model), ExitCode.Error, "[1,4,4]", "[1,28,28]");

    private string Gray(byte level, string name)
    {
        var path = _folder[name];
        File.WriteAllBytes(path, new Picture([.. Enumerable.Repeat(level, 64)], 1, 8, 8).ToPng());
        return path;
    }
}
