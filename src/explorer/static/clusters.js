/* Every cluster: its head decoded, and the images that are most certainly in it. */

function showClusters() {
  data.clusters.forEach(({ count, members }, cluster) => {
    const item = document.createElement("li"), button = document.createElement("button");
    const canvas = document.createElement("canvas"), name = document.createElement("span");
    name.textContent = `${data.classes[cluster]} (${count.toLocaleString("en")} images)`;
    button.append(name, canvas);
    button.onclick = () => chooseCluster(cluster);
    item.append(button);
    element("cluster-list").append(item);
    const context = canvasOf(canvas, Math.max(...data.clusters.map((each) => each.members.length)) + 1, 1, 2);
    paint(context, decode(headOf(cluster), cluster));
    members.forEach((member, i) => paint(context, sprite.levels(member), (i + 1) * (image.width + 2)));
  });
}

/* The code that stands for a cluster: its head in the plane of an embedding, otherwise no style. */
function headOf(cluster) {
  return isPlane && data.heads ? Float32Array.from(data.heads[cluster]) : new Float32Array(data.codes);
}

function chooseCluster(cluster) {
  setCode(headOf(cluster));
  setClass(cluster);
}
